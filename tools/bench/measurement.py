"""Something that is measured once a round."""
import dataclasses, typing


@dataclasses.dataclass
class Measurement:
    name: str
    take: typing.Callable[[int], dict]  # gets the round's number, gives numbers by name
