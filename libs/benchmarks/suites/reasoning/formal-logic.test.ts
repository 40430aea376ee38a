import { it } from 'vitest';
import { expectOnlyTargets } from '../testing/expect-only-targets.js';

type World = Record<string, boolean>;
type Claim = (world: World) => boolean;

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const worldsOf = (atoms: string[]): World[] =>
  upTo(2 ** atoms.length).map((bits) =>
    Object.fromEntries(atoms.map((atom, i) => [atom, ((bits >> i) & 1) === 1])),
  );
const WORLDS = worldsOf(['P', 'Q', 'R']);

const CONNECTIVES: Record<string, (left: boolean, right: boolean) => boolean> = {
  '∧': (left, right) => left && right,
  '∨': (left, right) => left || right,
  '→': (left, right) => (left ? right : true),
  '↔': (left, right) => left === right,
};

/** Parses what a reader sees, by recursive descent. `atom` reads whatever is no bracket, negation or connective. */
function parse(text: string, atom: (token: string) => Claim): Claim {
  const tokens = text.match(/[()¬∧∨→↔]|[A-Z](\([a-z, ]+\))?/g) ?? [];
  const unary = (): Claim => {
    const token = tokens.shift() ?? '';
    if (token === '¬') {
      const inner = unary();
      return (world) => !inner(world);
    }
    if (token !== '(') return atom(token);
    const inner = binary();
    tokens.shift();
    return inner;
  };
  const binary = (): Claim => {
    const left = unary();
    const connective = CONNECTIVES[tokens[0] ?? ''];
    if (!connective) return left;
    tokens.shift();
    const right = unary();
    return (world) => connective(left(world), right(world));
  };
  return binary();
}

const formula = (text: string): Claim => parse(text, (name) => (world) => world[name] === true);
const after = (text: string, marker: string): string =>
  text.slice(text.indexOf(marker) + marker.length).replace(/[?.]$/, '');

/** A sentence about events, e.g. "If it is not the case that the dog barks, then the gate opens." */
function conditional(text: string): { atoms: string[]; claim: Claim } {
  const plain = text.charAt(0).toLowerCase() + text.slice(1, -1);
  const [, kind = '', x = '', y = ''] =
    /^(if) (.+), then (.+)$/.exec(plain) ??
    /^()(.+), and (.+)$/.exec(plain)?.with(1, 'and') ??
    /^()(.+) only if (.+)$/.exec(plain)?.with(1, 'if') ??
    /^()(.+) unless (.+)$/.exec(plain)?.with(1, 'or') ??
    [];
  const NOT = 'it is not the case that ';
  const event = (part: string): Claim =>
    part.startsWith(NOT) ? (world) => !world[part.slice(NOT.length)] : (world) => world[part] === true;
  const [a, b] = [event(x), event(y)];
  const claims: Record<string, Claim> = {
    if: (world) => !a(world) || b(world),
    and: (world) => a(world) && b(world),
    or: (world) => a(world) || b(world),
  };
  return { atoms: [x, y].map((part) => part.replace(NOT, '')), claim: claims[kind] ?? (() => false) };
}

/** A categorical sentence in a world of things, each the set of groups that it belongs to. */
function categorical(text: string): (things: Set<string>[]) => boolean {
  const [, form, a = '', not, b = ''] = /^(All|No|Some) (\w+) are (not )?(\w+)\.$/.exec(text) ?? [];
  return (things) => {
    const subjects = things.filter((thing) => thing.has(a));
    if (form === 'All') return subjects.every((thing) => thing.has(b));
    if (form === 'No') return subjects.every((thing) => !thing.has(b));
    return subjects.some((thing) => thing.has(b) !== Boolean(not));
  };
}

/** A formula with quantifiers over a domain of two; `model` holds the truth of each atom, e.g. `R01`. */
function quantified(text: string): Claim {
  const [, prefix = '', matrix = ''] = /^((?:[∀∃][xyz] )+)(.+)$/.exec(text) ?? [];
  const quantifiers = prefix.trim().split(' ');
  const evaluate = (rest: string[], values: Record<string, number>, model: World): boolean => {
    const [first, ...others] = rest;
    if (first === undefined) {
      return parse(
        matrix,
        (atom) => (world) =>
          world[atom.replace(/[a-z]/g, (v) => String(values[v])).replace(/[(), ]/g, '')] === true,
      )(model);
    }
    const results = [0, 1].map((value) => evaluate(others, { ...values, [first.charAt(1)]: value }, model));
    return first.startsWith('∀') ? results.every(Boolean) : results.some(Boolean);
  };
  return (model) => evaluate(quantifiers, {}, model);
}

const equivalentTo = (given: (world: World) => boolean) => (choice: string) =>
  WORLDS.every((world) => formula(choice)(world) === given(world));

it('every problem has exactly one right choice, found by trying all worlds', () => {
  expectOnlyTargets('formal_logic', {
    satisfying_assignment(input) {
      const claim = formula(after(input, 'formula ').replace(' true', ''));
      return (choice) =>
        claim(
          Object.fromEntries(
            [...choice.matchAll(/([PQR]) is (true|false)/g)].map(([, name, value]) => [
              name,
              value === 'true',
            ]),
          ),
        );
    },
    model_count(input) {
      const claim = formula(after(input, 'is the formula ').replace(' true', ''));
      return (choice) => Number(choice) === WORLDS.filter(claim).length;
    },
    equivalence: (input) => equivalentTo(formula(after(input, 'equivalent to '))),
    negation: (input) => equivalentTo((world) => !formula(after(input, 'negation of '))(world)),
    contradiction(input) {
      const claim = formula(after(input, 'same time as '));
      return (choice) => !WORLDS.some((world) => claim(world) && formula(choice)(world));
    },
    entailment(input) {
      const premises = after(input, 'are true: ').split('. Which')[0]?.split('; ').map(formula) ?? [];
      const worlds = WORLDS.filter((world) => premises.every((premise) => premise(world)));
      return (choice) => worlds.length > 0 && worlds.every(formula(choice));
    },
    conditional(input) {
      const { atoms, claim } = conditional(after(input, 'one? ') + '.');
      return (choice) => worldsOf(atoms).every((world) => conditional(choice).claim(world) === claim(world));
    },
    syllogism(input) {
      const premises = input.match(/(All|No|Some) \w+ are (not )?\w+\./g) ?? [];
      const groups = [...new Set(premises.flatMap((premise) => premise.match(/[a-z]+s(?= are|\.)/g) ?? []))];
      const kinds = upTo(8).map((bits) => new Set(groups.filter((_, i) => (bits >> i) & 1)));
      // Four things are enough: one for each "some" among at most three premises, and one against the conclusion.
      const worlds = upTo(8 ** 4)
        .map((n) => [n % 8, (n >> 3) % 8, (n >> 6) % 8, n >> 9].map((kind) => kinds[kind] as Set<string>))
        .filter((things) => premises.every((premise) => categorical(premise)(things)));
      return (choice) => worlds.length > 0 && worlds.every(categorical(choice));
    },
    quantifier_negation(input) {
      const text = after(input, 'negation of ');
      const relation = /([A-Z])\([xyz], [xyz](, [xyz])?\)/.exec(text) ?? [];
      const arguments_ = relation[2]
        ? upTo(8).map((n) => n.toString(2).padStart(3, '0'))
        : ['00', '01', '10', '11'];
      const models = worldsOf([...arguments_.map((args) => `${relation[1]}${args}`), 'G0', 'G1']);
      const claim = quantified(text);
      return (choice) => models.every((model) => quantified(choice)(model) === !claim(model));
    },
    knights_and_knaves(input) {
      const statements = [...input.matchAll(/(\w+) says: "(.+?)\."/g)].map(([, speaker = '', said = '']) => ({
        speaker,
        said,
      }));
      const people = statements.map(({ speaker }) => speaker);
      const isTrue = (world: World, speaker: string, said: string): boolean => {
        const named = people
          .filter((person) => new RegExp(`\\b${person}\\b`, 'i').test(said))
          .map((person) => world[person]);
        if (said.endsWith('is a knave'))
          return said.toLowerCase().startsWith('at least') ? named.includes(false) : !named[0];
        if (said.endsWith('is a knight')) return named[0] === true;
        return said.endsWith('same kind') ? named[0] === world[speaker] : named[0] !== named[1];
      };
      const solutions = worldsOf(people).filter((world) =>
        statements.every(({ speaker, said }) => world[speaker] === isTrue(world, speaker, said)),
      );
      return (choice) =>
        solutions.length === 1 &&
        people.every((person) => choice.split(', ').includes(person) === solutions[0]?.[person]);
    },
    single_truth(input) {
      const statements = [...input.matchAll(/(\w+) says: "(\w+) did (not )?/g)];
      const truths = (guilty: string) =>
        statements.filter(([, speaker, who, not]) => ((who === 'I' ? speaker : who) === guilty) === !not)
          .length;
      return (choice) => truths(choice) === 1;
    },
  });
});
