// What the unit starts: one file that can be copied out of the package, with nothing of the wizard in it.
import { claudeSyncMain } from './main.ts';

process.exitCode = await claudeSyncMain(process.argv.slice(2));
