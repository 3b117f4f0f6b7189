"""JSON that speech recognisers and caption services write: where each of them keeps words, times and speakers.

A new one is a line in ``ENGINES``. What they share: words with times, or stretches of text with times, and copies of
the same words elsewhere in the file, which have to follow when the words are mended.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Engine:
    """Where one engine's JSON keeps what.

    Paths are keys with dots, ``[]`` for every element of an array and ``[0]`` for one. Where several are given the
    first that leads somewhere counts.

    Attributes:
        name: the format's name.
        signs: patterns that together are in no other engine's files, looked for near the start.
        cues: paths to the cues; none if the file has none, and its words are grouped.
        words: paths to the words, from a cue, or from the root where there are no cues.
        text: paths to the text, from a word, or from a cue without words.
        begin: paths to the time it begins, from there.
        end: paths to the time it ends.
        length: paths to how long it lasts, where there is no end.
        offset: path to a word's time after its cue's.
        speaker: paths to who speaks, from a word or a cue.
        turns: paths to who speaks when, for words that have no speaker of their own.
        tracks: path to what is said at one time, each with words of its own, such as the channels of a call.
        copies: paths to other places that hold the same words, from the root; each in the order of the words.
        bare: the same, of copies without marks and capitals.
        tick: how many seconds one unit of time is.
        recast: whether its cues are captions or segments, which can be made anew.
        lines: whether a line break in a cue's text is one.
    """

    name: str
    signs: tuple[str, ...]
    cues: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    text: tuple[str, ...] = ("text",)
    begin: tuple[str, ...] = ("start",)
    end: tuple[str, ...] = ("end",)
    length: tuple[str, ...] = ()
    offset: str = ""
    speaker: tuple[str, ...] = ("speaker",)
    turns: tuple[str, ...] = ()
    tracks: str = ""
    copies: tuple[str, ...] = ()
    bare: tuple[str, ...] = ()
    tick: float = 1.0
    recast: bool = False
    lines: bool = False

    def opens(self, text: str) -> bool:
        """Whether ``text`` has all its signs."""
        return all(re.search(sign, text) for sign in self.signs)


def _key(*names: str) -> str:
    return rf'"(?:{"|".join(names)})"\s*:'


#: The most telling first: a file is taken for the first engine whose signs it has.
ENGINES: tuple[Engine, ...] = (
    Engine(
        "json3",
        (_key("events"), _key("segs"), _key("utf8")),
        cues=("events[]",),
        words=("segs[]",),
        text=("utf8",),
        begin=("tStartMs",),
        end=(),
        length=("dDurationMs",),
        offset="tOffsetMs",
        tick=0.001,
        recast=True,
    ),
    Engine(
        "deepgram",
        (_key("channels?"), _key("alternatives"), _key("transcript")),
        words=("results.channels[].alternatives[0].words[]", "channel.alternatives[0].words[]"),
        tracks="results.channels[]",
        text=("punctuated_word", "word"),
        copies=(
            "results.channels[].alternatives[0].transcript",
            "channel.alternatives[0].transcript",
            "results.channels[].alternatives[0].paragraphs.transcript",
            "results.channels[].alternatives[0].paragraphs.paragraphs[].sentences[].text",
            "results.utterances[].transcript",
            "results.utterances[].words[].punctuated_word",
        ),
        bare=("results.channels[].alternatives[0].words[].word", "results.utterances[].words[].word"),
    ),
    Engine(
        "aws-transcribe",
        (_key("transcripts"), _key("items"), _key("alternatives"), _key("content")),
        words=("results.items[]",),
        text=("alternatives[0].content",),
        begin=("start_time",),
        end=("end_time",),
        speaker=("speaker_label",),
        turns=(
            "results.speaker_labels.segments[].items[]",
            "results.speaker_labels.segments[]",
            "results.audio_segments[]",
        ),
        copies=("results.transcripts[].transcript", "results.audio_segments[].transcript"),
    ),
    Engine(
        "speechmatics",
        (_key("results"), _key("alternatives"), _key("content"), _key("start_time")),
        words=("results[]",),
        text=("alternatives[0].content",),
        begin=("start_time",),
        end=("end_time",),
        speaker=("alternatives[0].speaker",),
    ),
    Engine(
        "speechmatics-v1",
        (_key("words"), _key("name"), _key("duration"), _key("time"), _key("job")),
        words=("words[]",),
        text=("name",),
        begin=("time",),
        end=(),
        length=("duration",),
    ),
    Engine(
        "ibm-watson",
        (_key("results"), _key("alternatives"), _key("timestamps")),
        cues=("results[].results[].alternatives[0]", "results[].alternatives[0]"),
        words=("timestamps[]",),
        text=("0",),
        begin=("1",),
        end=("2",),
        turns=("speaker_labels[]", "results[].speaker_labels[]"),
        copies=("results[].results[].alternatives[0].transcript", "results[].alternatives[0].transcript"),
    ),
    Engine(
        "google-stt",
        (_key("results"), _key("alternatives"), _key("startTime", "startOffset", "start_time", "resultEndTime")),
        cues=("results[].alternatives[0]",),
        words=("words[]",),
        text=("word", "transcript"),
        begin=("startTime", "startOffset", "start_time", "start_offset"),
        end=("endTime", "endOffset", "end_time", "end_offset"),
        speaker=("speakerLabel", "speakerTag", "speaker_label", "speaker_tag"),
        copies=("results[].alternatives[0].transcript", "results[].alternatives[0].words[].word"),
    ),
    Engine(
        "assemblyai",
        (_key("words"), _key("text"), _key("start"), _key("acoustic_model", "audio_url", "utterances", "speech_model")),
        words=("words[]",),
        copies=("text", "utterances[].text", "utterances[].words[].text"),
        tick=0.001,
    ),
    Engine(
        "whisper",
        (
            rf"{_key('segments')}|\A\s*\[\s*\{{[^{{}}]*{_key('words', 'seek', 'avg_logprob', 'no_speech_prob')}",
            _key("start"),
            _key("end"),
            _key("text", "word"),
        ),
        cues=("segments[]", "[]"),
        words=("words[]", "wdlist[]"),
        text=("word", "text"),
        copies=("segments[].text", "[].text", "text", "words[].word", "word_segments[].word", "word_segments[].text"),
        recast=True,
    ),
    Engine(
        "youtube-transcript",
        (_key("text"), _key("start"), _key("duration", "dur")),
        cues=("snippets[]", "[]"),
        end=(),
        length=("duration", "dur"),
        recast=True,
        lines=True,
    ),
    Engine(
        "word-times",
        (r"\A\s*\[\s*(?:\{|\[)", rf'{_key("start")}|\A\s*\[\s*\[\s*"[^"]*"\s*,\s*[\d.]+\s*,\s*[\d.]+\s*\]'),
        words=("[]",),
        text=("text", "word", "0"),
        begin=("start", "1"),
        end=("end", "2"),
    ),
)
