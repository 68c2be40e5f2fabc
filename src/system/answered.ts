import type { Answered, World } from './world.ts';

/** `world`, where a program is not asked again that has just given one of these answers to the same words. */
export function withAnswers(world: World, answers: readonly Answered[]): World {
  const { processes } = world;
  const answer = (argv: readonly string[]) =>
    answers.find((one) => one.argv.length === argv.length && one.argv.every((word, index) => word === argv[index]));
  return {
    ...world,
    processes: { run: async (argv, options) => answer(argv)?.ran ?? processes.run(argv, options) },
  };
}
