"""Walks one journey: Chromium on a virtual display, real keys, and what Orca says. Called by run.

    driver.py BASE JOURNEY.steps TRANSCRIPT     exit 0: walked to its end; 2: the rig could not run, the reason on stderr

It has a display, a session bus and a home of its own, needs no sound, and ends everything that it started, by id.
"""
import ctypes
import json
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unicodedata
import urllib.request
from urllib.parse import urlsplit

HERE = os.path.dirname(os.path.abspath(__file__))
PATIENCE = 180  # seconds for a whole try; a quiet machine takes 15
QUIET = 0.35    # page, browser and Orca must have been idle for so long, and for five rounds of asking
START_PAGE = '<!doctype html><html lang="en"><meta charset="utf-8"><title>rig</title><p>rig</p></html>'


class CannotRun(Exception):
    """The rig's fault or the machine's, not the page's."""


# -- processes ---------------------------------------------------------------------------------------------------------

class Processes:
    def __init__(self, folder):
        self.folder, self.all = folder, {}
        self.env = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": folder, "TMPDIR": folder, "TZ": "UTC"}
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER: what they leave behind comes to us

    def start(self, name, *argv, fds=()):
        """Starts one that dies with us, even if we are killed."""
        with open(self.log(name), "ab") as log:
            self.all[name] = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *argv], env=self.env, pass_fds=fds, cwd=self.folder,
                                              stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def log(self, name):
        return os.path.join(self.folder, name + ".log")

    def check(self):
        for name, process in self.all.items():
            if process.poll() is not None:
                with open(self.log(name), "rb") as f:
                    tail = f.read()[-400:].decode("utf-8", "replace").strip()
                raise CannotRun("%s ended with %s: %s" % (name, process.returncode, tail))

    def until(self, what, limit, test):
        end = time.time() + limit
        while True:
            self.check()
            value = test()
            if value:
                return value
            if time.time() > end:
                raise CannotRun("%s: not within %d s" % (what, limit))
            time.sleep(0.03)

    def start_and_hear(self, name, *argv):
        """Starts one that writes its address to a descriptor; %d in an argument is its number."""
        r, w = os.pipe()
        self.start(name, *[a.replace("%d", str(w)) for a in argv], fds=(w,))
        os.close(w)
        heard = b""
        os.set_blocking(r, False)

        def line():
            nonlocal heard
            if select.select([r], [], [], 0.1)[0]:
                heard += os.read(r, 4096)
            return b"\n" in heard
        self.until("the address of " + name, 30, line)
        os.close(r)
        return heard.decode().split("\n")[0]

    def end(self):
        """By id, and only ours: politely, then not. Orphans of the ended become ours and are found in the next round."""
        begin, asked = time.time(), set()
        while time.time() < begin + 6:
            try:
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
            except ChildProcessError:
                return
            force = time.time() > begin + 1.5
            for pid in descendants(os.getpid()):
                if force or pid not in asked:
                    asked.add(pid)
                    try:
                        os.kill(pid, signal.SIGKILL if force else signal.SIGTERM)
                    except ProcessLookupError:
                        pass
            time.sleep(0.03)


def descendants(root):
    parents = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/stat" % name) as f:
                parents[int(name)] = int(f.read().rsplit(")", 1)[1].split()[1])
        except OSError:
            pass
    found, todo = [], [root]
    while todo:
        parent = todo.pop()
        kids = [p for p, of in parents.items() if of == parent]
        found += kids
        todo += kids
    return found


# -- the two that we talk to -------------------------------------------------------------------------------------------

class Orca:
    def __init__(self, processes):
        self.processes, self.said = processes, []
        general = {"speechServerFactory": "anxinspeech", "speechServerInfo": None, "enableKeyEcho": False, "enableEchoByCharacter": False,
                   "sayAllOnLoad": False, "pageSummaryOnLoad": True, "onlySpeakDisplayedText": False, "enableBraille": False,
                   "enableBrailleMonitor": False, "enableSound": False, "enableMouseReview": False, "doubleClickTimeout": 0,
                   "profile": ["Default", "default"], "startingProfile": ["Default", "default"]}
        prefs = os.path.join(processes.folder, "orca")
        os.mkdir(prefs)
        with open(os.path.join(prefs, "user-settings.conf"), "w") as f:
            json.dump({"general": general, "profiles": {"default": dict(general, pronunciations={}, keybindings={})},
                       "pronunciations": {}, "keybindings": {}}, f)
        ours, theirs = socket.socketpair()
        ours.settimeout(60)
        self.socket, self.lines = ours, ours.makefile("r", encoding="utf-8")
        processes.start("orca", "env", "GTK_A11Y=", sys.executable, os.path.join(HERE, "inside.py"),
                        str(theirs.fileno()), prefs, fds=(theirs.fileno(),))
        theirs.close()
        processes.until("Orca's greeting", 60, lambda: self.ask()["utterances"])

    def ask(self):
        """What Orca has seen so far. Answered when its main loop is idle."""
        try:
            self.socket.sendall(b"?\n")
            line = self.lines.readline()
        except OSError as e:
            line, why = "", e
        else:
            why = "it closed its socket"
        if not line:
            time.sleep(0.2)
            self.processes.check()
            raise CannotRun("Orca does not answer: %s" % why)
        answer = json.loads(line)
        self.said += [(kind, clean(text)) for kind, text in answer["said"]]
        return answer

    def take(self):
        said, self.said = self.said, []
        return [(kind, text) for kind, text in said if text]


class Chromium:
    """Over its debugging pipe: JSON that ends with NUL, no port. Only for opening pages and for knowing when they are idle."""

    FRAME = """new Promise(done => { requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(1))));
        setTimeout(() => done(1), 2000) })"""

    def __init__(self, processes, language):
        self.processes, self.rest, self.answers, self.number, self.session = processes, b"", {}, 0, None
        self.loading, self.navigated, self.loaded, self.path = set(), 0, 0, ""
        profile = os.path.join(processes.folder, "profile")
        os.makedirs(os.path.join(profile, "Default"))
        with open(os.path.join(profile, "Default/Preferences"), "w") as f:
            json.dump({"translate": {"enabled": False}, "credentials_enable_service": False,
                       "autofill": {"profile_enabled": False, "credit_card_enabled": False}}, f)
        start = os.path.join(processes.folder, "start.html")
        with open(start, "w") as f:
            f.write(START_PAGE)
        theirs_in, self.w = os.pipe()
        self.r, theirs_out = os.pipe()
        processes.start(
            "chromium", "bash", "-c", 'exec 3<&%d 4>&%d; exec "$@"' % (theirs_in, theirs_out), "-", os.environ.get("CHROME") or "chromium",
            "--no-sandbox", "--test-type", "--force-renderer-accessibility", "--disable-gpu", "--no-first-run",
            "--no-default-browser-check", "--disable-dev-shm-usage", "--disable-features=Translate,MediaRouter", "--disable-sync",
            "--disable-background-networking",
            "--disable-component-update", "--disable-default-apps", "--disable-extensions", "--password-store=basic", "--kiosk",
            "--window-size=1280,1024", "--disable-backgrounding-occluded-windows", "--disable-renderer-backgrounding",
            "--disable-smooth-scrolling", "--lang=" + language, "--user-data-dir=" + profile, "--remote-debugging-pipe",
            "file://" + start, fds=(theirs_in, theirs_out))
        os.close(theirs_in)
        os.close(theirs_out)
        target = processes.until("Chromium's page", 60, self.first_page)
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.call("Page.enable")
        self.call("Inspector.enable")

    def first_page(self):
        found = [t["targetId"] for t in self.call("Target.getTargets")["targetInfos"]
                 if t["type"] == "page" and t["url"].startswith("file:")]
        return found and found[0]

    def listen(self, wait=0.2):
        if not select.select([self.r], [], [], wait)[0]:
            return
        data = os.read(self.r, 1 << 20)
        if not data:
            raise CannotRun("Chromium closed its debugging pipe")
        *whole, self.rest = (self.rest + data).split(b"\0")
        for message in map(json.loads, whole):
            if "id" in message:
                self.answers[message["id"]] = message
            else:
                self.on(message["method"], message.get("params", {}))

    def on(self, event, about):
        if event == "Page.frameStartedLoading":
            self.loading.add(about["frameId"])
        elif event in ("Page.frameStoppedLoading", "Page.frameDetached"):
            self.loading.discard(about["frameId"])
        elif event == "Page.frameNavigated" and not about["frame"].get("parentId"):
            self.navigated += 1
            self.path = urlsplit(about["frame"]["url"]).path + about["frame"].get("urlFragment", "")
        elif event == "Page.loadEventFired":
            self.loaded += 1
        elif event == "Inspector.targetCrashed":
            raise CannotRun("the page's renderer crashed")

    def call(self, method, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.w, json.dumps(message).encode() + b"\0")
        end = time.time() + 60
        while self.number not in self.answers:
            if time.time() > end:
                raise CannotRun("Chromium does not answer %s" % method)
            self.processes.check()
            self.listen()
        answer = self.answers.pop(self.number)
        return answer.get("result") or {"errorText": answer.get("error", {}).get("message", "")}

    def evaluate(self, script):
        """None while one page gives way to another."""
        return self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True).get("result", {}).get("value")


# -- the journey -------------------------------------------------------------------------------------------------------

class Journey:
    def __init__(self, processes, base, first_path):
        self.processes, self.base, self.blocks, self.navigated, self.loads = processes, base, [], 0, 0
        p, folder = processes, processes.folder
        english = first_path.startswith("/en/")  # Orca speaks the language of the first page
        for d in ("run", "config/glib-2.0/settings"):
            os.makedirs(os.path.join(folder, d), mode=0o700)
        with open(os.path.join(folder, "config/glib-2.0/settings/keyfile"), "w") as f:
            f.write("[org/gnome/desktop/interface]\ntoolkit-accessibility=true\n"
                    "[org/gnome/desktop/a11y/applications]\nscreen-reader-enabled=true\n")
        p.env.update({
            "XDG_RUNTIME_DIR": os.path.join(folder, "run"), "XDG_CONFIG_HOME": os.path.join(folder, "config"),
            "XDG_DATA_HOME": os.path.join(folder, "data"), "XDG_CACHE_HOME": os.path.join(folder, "cache"),
            "GSETTINGS_BACKEND": "keyfile", "ACCESSIBILITY_ENABLED": "1", "GTK_A11Y": "none", "NO_AT_BRIDGE": "1",
            "LC_ALL": "C.UTF-8", "LANGUAGE": "en" if english else "zh_CN", "PYTHONDONTWRITEBYTECODE": "1"})
        p.env["DISPLAY"] = ":" + p.start_and_hear("Xvfb", "Xvfb", "-displayfd", "%d", "-screen", "0", "1280x1024x24",
                                                  "-nolisten", "tcp", "-noreset")
        p.env["DBUS_SESSION_BUS_ADDRESS"] = p.start_and_hear(
            "dbus-daemon", "dbus-daemon", "--session", "--nofork", "--nopidfile", "--nosyslog",
            "--address=unix:path=" + os.path.join(folder, "run/bus"), "--print-address=%d")
        p.until("the accessibility bus", 30, lambda: self.command(
            "dbus-send", "--session", "--print-reply", "--reply-timeout=15000", "--dest=org.a11y.Bus", "/org/a11y/bus",
            "org.a11y.Bus.GetAddress").returncode == 0)
        self.orca = Orca(p)
        # First a blank page of ours: the focus of a first page races with the start of everything.
        self.chromium = Chromium(p, "en-US" if english else "zh-CN")
        p.until("Chromium's window in Orca", 60, lambda: self.orca.ask()["window"])
        p.until("the start page", 60, lambda: self.chromium.evaluate("document.readyState") == "complete" and self.orca.ask()["loads"])
        self.wait_for_focus()
        self.settle(0.6)
        self.orca.take()

    def command(self, *argv):
        return subprocess.run(argv, env=self.processes.env, capture_output=True, timeout=30, stdin=subprocess.DEVNULL)

    def wait_for_focus(self):
        self.processes.until("the page to have the focus", 30, lambda: self.chromium.evaluate("document.hasFocus()"))

    def settle(self, quiet=QUIET, limit=30):
        """Waits until page, browser and Orca have been idle; tells whether another page was opened."""
        end, last, since, rounds = time.time() + limit, None, 0, 0
        while rounds < 5 or time.time() - since < quiet:
            frame, now, c = self.chromium.evaluate(Chromium.FRAME), self.orca.ask(), self.chromium
            state = [now[k] for k in ("utterances", "keys", "events", "loads")] + [c.navigated, c.loaded]
            unseen = c.navigated > self.navigated and now["loads"] <= self.loads  # Orca has yet to notice the new page
            if state != last or c.loading or now["queue"] or unseen or not frame:
                last, since, rounds = state, time.time(), 0
            else:
                rounds += 1
            if time.time() > end:
                raise CannotRun("not idle after %d s; last said: %s" % (limit, self.orca.said[-1:]))
        moved = c.navigated > self.navigated
        self.navigated, self.loads = c.navigated, now["loads"]
        return moved

    def open(self, path):
        before = self.chromium.loaded
        error = self.chromium.call("Page.navigate", url=self.base + path).get("errorText")
        if error:
            raise CannotRun("cannot open %s: %s" % (path, error))

        def loaded():
            self.chromium.listen(0.02)
            return self.chromium.loaded > before
        self.processes.until("%s to load" % path, 60, loaded)
        self.wait_for_focus()
        self.settle(0.9)
        self.note("open " + path)

    def press(self, key):
        before = self.orca.ask()["keys"]
        done = self.command("xdotool", "key", key)
        if done.returncode or b"No such key" in done.stderr:
            raise CannotRun("xdotool key %s: %s" % (key, done.stderr.decode().strip()))
        self.processes.until("Orca to receive the key " + key, 15, lambda: self.orca.ask()["keys"] > before)
        moved = self.settle()
        self.note(key + (" → " + self.chromium.path if moved else ""))

    def type(self, text):
        """Letter by letter; what an address of the server answers, where it is one."""
        before = self.orca.ask()["keys"]
        typed = text
        if text.startswith("/"):
            with urllib.request.urlopen(self.base + text, timeout=30) as answer:
                typed = answer.read().decode()
        done = self.command("xdotool", "type", "--delay", "25", typed)
        if done.returncode:
            raise CannotRun("xdotool type: %s" % done.stderr.decode().strip())
        self.processes.until("Orca to receive what was typed", 15, lambda: self.orca.ask()["keys"] >= before + len(typed))
        self.settle()
        self.note("type " + text)

    def step(self, line):
        if line.startswith("open "):
            return self.open(line[5:].strip())
        if line.startswith("type "):
            return self.type(line[5:].strip())
        key, _, times = line.partition("*")
        for _ in range(int(times or 1)):
            self.press(key)

    def note(self, step):
        """Puts what races into one order: a new document's focus after its load; live messages last, each once, as on the page."""
        said = self.orca.take()
        plain = [(kind, text) for kind, text in said if kind != "live"]
        if any(kind == "loading" for kind, _ in plain):
            plain.sort(key=lambda s: {"loading": 0, "document": 1}.get(s[0], 2))
        live = {text.lstrip("•◦▪ ") for kind, text in said if kind == "live"}
        if len(live) > 1:
            page = clean(self.chromium.evaluate("document.body.innerText") or "")
            live = sorted(live, key=lambda text: (page.find(text) % (1 << 30), text))
        self.blocks.append("\n".join(["> " + step] + ["    " + text for _, text in plain] + ["  ! " + text for text in live]))


def clean(text):
    """One line, one kind of space, nothing invisible."""
    text = re.sub("[\u200b-\u200f\u2060\ufeff\ufffc]", "", unicodedata.normalize("NFC", text))
    return re.sub(r"\s+", " ", text).strip()


def main():
    base, steps, out = sys.argv[1:]
    with open(steps, encoding="utf-8") as f:
        lines = [line.strip() for line in f if line.strip() and not line.startswith("#")]

    def stop(number, _):
        raise CannotRun("not done within %d s" % PATIENCE if number == signal.SIGALRM else "ended by signal %d" % number)
    ends = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    for number in (signal.SIGALRM, *ends):
        signal.signal(number, stop)
    signal.alarm(PATIENCE)
    processes = Processes(tempfile.mkdtemp(prefix="anxin-speech-", dir="/tmp"))  # sockets want a short path
    try:
        journey = Journey(processes, base, lines[0].removeprefix("open "))
        for line in lines:
            journey.step(line)
        with open(out, "w", encoding="utf-8") as f:
            f.write("\n".join(journey.blocks) + "\n")
    except Exception as e:  # also a defect of ours: never the page's fault
        print("%s: %s" % (type(e).__name__, e) if not isinstance(e, CannotRun) else e, file=sys.stderr)
        return 2
    finally:
        signal.alarm(0)
        for number in ends:
            signal.signal(number, signal.SIG_IGN)
        processes.end()
        shutil.rmtree(processes.folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
