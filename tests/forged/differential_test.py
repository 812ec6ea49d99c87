#!/usr/bin/env python3
"""bundle: the program and the checker inside a bundle, which share no code, say the same of every bundle that somebody forges who
holds the log's keys.

differential_test.py ACTA [NAME]     NAME: only forgeries whose name contains it, and what both say
ACTA_LONG=1: every forgery there is, and thousands of pairs
"""
import concurrent.futures, functools, os, pathlib, random, subprocess, sys, tempfile, unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import spoiling, story
from story import FIRST, verify

ACTA = sys.argv.pop(1)
WANTED = sys.argv.pop(1) if len(sys.argv) > 1 else None
LONG = bool(os.environ.get("ACTA_LONG"))
KEY = FIRST.vkey()
verify.ed25519_holds = functools.lru_cache(None)(verify.ed25519_holds)   # most of a forgery's signatures are those of the one before
SAMPLE, FLIPS, PAIRS = 200, 4_000 if LONG else 30, 4_000

# What only one of the two found once. Each is tried every time.
FOUND_BEFORE = ("entry 7.0 = 2", "entry 13.9 absent", "entry 7.9 absent", "entry 7.9 another 0", "entry 9.6 = 2", "entry 9.14 absent", "entry 10.14 absent", "entry 15.14 absent", "entry 0.9 another 1", "entry 1.9 another 3",
                "scope: two cases out of order", "notice: history of a notice", "entry 7.1 = 4", "entry 7.5 absent")


def chosen(forgeries, dice):
    if LONG or WANTED:
        return [one for one in forgeries if WANTED is None or WANTED in one[0]]
    known = [one for one in forgeries if any(name in one[0] for name in FOUND_BEFORE)]
    return known + dice.sample(forgeries, SAMPLE)


def pairs(dice):
    """Two things wrong at once, in one entry or in two."""
    entries = story.told()
    ways = [list(spoiling.spoilt(entry)) for entry in entries]
    for _ in range(PAIRS if LONG and not WANTED else 0):
        one, other = dice.randrange(len(entries)), dice.randrange(len(entries))
        spoilt = list(entries)
        (first, spoilt[one]), (second, spoilt[other]) = dice.choice(ways[one]), dice.choice(ways[other])
        yield f"pair: {one}{first}, {other}{second}", lambda spoilt=spoilt: story.of_all(spoilt).written()


class Differential(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def program(self, number, archive):
        path = self.folder / f"{number}.tar"
        path.write_bytes(archive)
        done = subprocess.run([ACTA, "bundle", "verify", str(path), "--key", KEY], capture_output=True, text=True, errors="replace")
        path.unlink()
        return done.returncode, done.stdout + done.stderr

    def judge(self, numbered):  # on one of several threads
        number, (name, forge) = numbered
        archive = forge()
        program, said = self.program(number, archive)
        checker, lines = verify.verify(archive, KEY)
        return name, program, checker, said + "\n".join(lines)

    def test_what_nobody_spoilt_is_sound(self):
        for make in (story.of_one_case, story.of_all):
            name, program, checker, said = self.judge((0, (make.__name__, make(story.told()).written)))
            self.assertEqual((program, checker), (0, 0), said)
            self.assertEqual(said.count("a rollback was accepted at position 14: 20 entries had been signed, 14 were found"), 2, said)

    def test_both_say_the_same_of_every_forgery(self):
        dice = random.Random(20_261_125)
        forgeries = chosen(list(spoiling.everything(dice, FLIPS)), dice) + list(pairs(dice))
        verdicts, apart = {}, []
        with concurrent.futures.ThreadPoolExecutor(2) as two:
            for name, program, checker, said in two.map(self.judge, enumerate(forgeries)):
                verdicts[program] = verdicts.get(program, 0) + 1
                if program != checker or program in (-6, -11):
                    apart.append(f"{name}: the program says {program}, the checker {checker}\n{said}")
                elif WANTED:
                    print(f"{name}: {program}\n{said}")
        print(f"{len(forgeries)} forgeries, by exit code: {dict(sorted(verdicts.items()))}")
        self.assertFalse(apart, "\n\n".join(apart[:20]) + f"\n{len(apart)} in all")
        if not WANTED:   # both that and the other: else the forger does nothing, or spoils all
            self.assertGreater(verdicts.get(3, 0), len(forgeries) // 3)
            self.assertGreater(verdicts.get(0, 0), 5)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
