"""The trackers that can be imported, by the name the command takes."""

from seeds.trackers import cement, coal, iron_ore, steel
from seeds.trackers.source import Source

SOURCES: dict[str, Source] = {
    source.code: source
    for source in (cement.SOURCE, coal.SOURCE, steel.SOURCE, iron_ore.SOURCE)
}
