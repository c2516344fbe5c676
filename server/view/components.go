package view

import "html/template"

// The components, drawn by components.html. Each state of each stands in the gallery (examples/*.yaml).

// Choice is one radio button or checkbox.
type Choice struct {
	Value   string `yaml:"value"`
	Label   string `yaml:"label"`
	Hint    string `yaml:"hint"`
	Checked bool   `yaml:"checked"`
	Lang    string `yaml:"lang"` // of the label, where it is not the page's
}

// Choices is a question with radio buttons or checkboxes. Name is the fields' name and begins their ids.
type Choices struct {
	Name       string   `yaml:"name"`
	Type       string   `yaml:"type"` // radio or checkbox
	Legend     string   `yaml:"legend"`
	Asks       bool     `yaml:"asks"`    // the page asks nothing else: its heading is the legend
	Section    bool     `yaml:"section"` // it is a section of its page: its legend is the section's heading
	Hint       string   `yaml:"hint"`
	Error      string   `yaml:"error"`
	ErrorLabel string   `yaml:"error_label"` // 错误：
	Options    []Choice `yaml:"options"`
}

// Field is a question with a line or several to write in. ID is also its name.
type Field struct {
	ID           string `yaml:"id"`
	Label        string `yaml:"label"`
	Hint         string `yaml:"hint"`
	Error        string `yaml:"error"`
	ErrorLabel   string `yaml:"error_label"`
	Value        string `yaml:"value"`
	Type         string `yaml:"type"` // text, tel, email …
	Autocomplete string `yaml:"autocomplete"`
	InputMode    string `yaml:"input_mode"`
	Rows         int    `yaml:"rows"` // more than one: a text area
	Required     bool   `yaml:"required"`
	Asks         bool   `yaml:"asks"` // the page asks nothing else: its heading is the label
}

// Button is what is pressed: it submits its form, or leads to URL.
type Button struct {
	Text  string `yaml:"text"`
	URL   string `yaml:"url"`
	Style string `yaml:"style"` // nothing (the one primary action), plain, danger
	Sign  string `yaml:"sign"`
	Name  string `yaml:"name"`
	Value string `yaml:"value"`
}

// ErrorSummary stands at the head of a rejected form: what to mend, each with a link to its field.
type ErrorSummary struct {
	Title string      `yaml:"title"`
	Items []ErrorItem `yaml:"items"`
}

// ErrorItem is one thing to mend.
type ErrorItem struct {
	Field string `yaml:"field"` // id of the field
	Text  string `yaml:"text"`
}

// Notice is a short message with a colour and a word for its weight.
type Notice struct {
	Kind  string        `yaml:"kind"` // info, done, caution, danger
	Title string        `yaml:"title"`
	Text  template.HTML `yaml:"text"`
}

// Row is one line of a summary list.
type Row struct {
	Key    string `yaml:"key"`
	Value  string `yaml:"value"`
	URL    string `yaml:"url"`    // where the value is changed
	Change string `yaml:"change"` // words of that link
}

// Table is a table that becomes labelled cards on a phone.
type Table struct {
	Caption string     `yaml:"caption"`
	Heads   []string   `yaml:"heads"`
	Rows    [][]string `yaml:"rows"`
}

// Step is one step of a way, with its state.
type Step struct {
	Title string        `yaml:"title"`
	Text  template.HTML `yaml:"text"`
	When  string        `yaml:"when"`
}

// Details is a question that opens to its answer.
type Details struct {
	Summary string        `yaml:"summary"`
	Text    template.HTML `yaml:"text"`
}
