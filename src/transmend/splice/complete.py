"""Which whole word a fragment was part of, from where the file shows it."""
from dataclasses import dataclass
@dataclass(frozen=True, slots=True)
class Completion:
    word: str
def complete() -> None: ...
