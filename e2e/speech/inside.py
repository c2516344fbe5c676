"""Orca with a speech server that writes down what it is told to say. Started by driver.py.

Argument 1 is an inherited socket. For each line that the driver sends, one JSON line goes back: what was said since the last one,
and how much was seen. It is answered from the idle end of Orca's own main loop: nothing was waiting when it was written.
Argument 2 is the folder of Orca's settings. Written for Orca 43 (Debian 12).
"""
import json
import socket
import sys
import time
import types

import gi
gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib

Atspi.set_timeout(15000, 30000)  # the default, 0.8 s a call, makes Orca drop what it was about to say on a busy machine

from orca import chnames, event_manager, liveregions, messages, orca, orca_state, script_utilities, settings, speechserver

said = []
seen = {"keys": 0, "events": 0, "loads": 0, "utterances": 0}
doing = {"live": False, "document": False}  # announcing a live region; telling that a document has the focus


def say(text):
    if not text or not str(text).strip():
        return
    seen["utterances"] += 1
    kind = "loading" if text == messages.PAGE_LOADING_START else next((k for k, v in doing.items() if v), "")
    said.append((kind, str(text)))


class SpeechServer(speechserver.SpeechServer):
    """All that Orca asks of a speech factory."""
    one = None
    reading = 0  # the say-all under way; a stop makes a new number of it

    @staticmethod
    def getFactoryName():
        return "anxin"

    @staticmethod
    def getSpeechServers():
        return [SpeechServer.getSpeechServer()]

    @staticmethod
    def getSpeechServer(info=None):
        SpeechServer.one = SpeechServer.one or SpeechServer()
        return SpeechServer.one

    @staticmethod
    def shutdownActiveServers():
        SpeechServer.one = None

    def getInfo(self):
        return ["anxin", "anxin"]

    def getVoiceFamilies(self):
        return []

    def speak(self, text=None, acss=None, interrupt=True):
        say(text)

    def speakCharacter(self, character, acss=None):
        say(chnames.getCharacterName(character) or character)

    def speakKeyEvent(self, event, acss=None):
        say(event.getKeyName())

    def sayAll(self, utterances, progress):
        mine = SpeechServer.reading

        def one_more():
            context, _ = next(utterances, (None, None)) if mine == SpeechServer.reading else (None, None)
            if context is None:
                return False
            say(context.utterance)
            context.currentOffset = context.endOffset
            progress(context.copy(), speechserver.SayAllContext.COMPLETED)
            return True
        GLib.idle_add(one_more)

    def stop(self):
        SpeechServer.reading += 1

    def reset(self, text=None, acss=None):
        pass

    def shutdown(self):
        pass


def around(owner, name, before, after=lambda: None):
    """Has something done before and after one of Orca's methods, and leaves it as it is."""
    inner = getattr(owner, name)

    def outer(self, *args, **named):
        before(*args, **named)
        try:
            return inner(self, *args, **named)
        finally:
            after()
    setattr(owner, name, outer)


def on_event(event, *_):
    seen["events"] += 1
    if str(getattr(event, "type", "")).startswith("document:load-complete"):
        seen["loads"] += 1


def on_key(*_):
    seen["keys"] += 1


def on_object_event(event):
    try:
        doing["document"] = (event.type.startswith("object:state-changed:focused")
                             and event.source.getRole() == Atspi.Role.DOCUMENT_WEB)
    except Exception:  # what it came from is gone already
        doing["document"] = False


def done(what):
    return lambda: doing.update({what: False})


def caused_by_the_reader(self, event):
    """Orca asks: within 1 s of a key? On a busy machine the answer must not hang on the load."""
    last = orca_state.lastInputEvent
    return bool(last) and time.time() - last.time <= 15 and not self.isKeyGrabEvent(event)


def answer(driver):
    """Answers the driver's questions one by one, when the main loop has nothing else to do."""
    def write():
        out = dict(seen, said=said[:], queue=event_manager.getManager()._eventQueue.qsize(),
                   window=orca_state.activeWindow is not None)
        said.clear()
        driver.sendall((json.dumps(out) + "\n").encode())
        return False

    def asked(*_):
        if not driver.recv(4096):
            return False
        GLib.idle_add(write, priority=GLib.PRIORITY_LOW)
        return True
    GLib.io_add_watch(driver.fileno(), GLib.IO_IN, asked)


def main():
    manager = event_manager.EventManager
    around(manager, "_enqueue", on_event)
    around(manager, "_processKeyboardEvent", on_key)
    around(manager, "_processObjectEvent", on_object_event, done("document"))
    around(liveregions.LiveRegionManager, "pumpMessages", lambda: doing.update(live=True), done("live"))
    script_utilities.Utilities.eventIsUserTriggered = caused_by_the_reader
    factory = types.ModuleType("anxinspeech")
    factory.SpeechServer = SpeechServer
    sys.modules["anxinspeech"] = factory

    driver = socket.socket(fileno=int(sys.argv[1]))
    of_orca = orca.getSettingsManager()
    of_orca.activate(sys.argv[2], {})
    sys.path.insert(0, of_orca.getPrefsDir())
    settings.timeoutTime = 0  # Orca ends itself when it has not started in 10 s
    answer(driver)
    sys.argv = sys.argv[:1]  # orca.main reads the rest as its own
    return orca.main()


if __name__ == "__main__":
    sys.exit(main())
