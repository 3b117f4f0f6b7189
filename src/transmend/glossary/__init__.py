"""Terms: how they are written, how they are heard, and where a text has one that was misheard.

``terms``   what a term and a glossary are          ``files``    glossaries of the user, TOML or CSV
``fields``  the glossaries that ship, by field      ``match``    where a text has a term otherwise than it is written
``sound``   how a word sounds; owns jellyfish       ``candidates`` words of a text a glossary could start from
"""

from transmend.glossary.files import load
from transmend.glossary.terms import Term

__all__ = ["Term", "load"]
