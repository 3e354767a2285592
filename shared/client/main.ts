#!/usr/bin/env node
import { CommanderError } from 'commander';
import { type Exit, EXITS } from './exits';
import { buildProgram } from './program';

/** The command-line client: docs/client.md. */
async function main(): Promise<number> {
  const ended: { exit: Exit } = { exit: 'ok' };
  const program = buildProgram(process.env, (exit) => (ended.exit = exit));
  try {
    await program.parseAsync(process.argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // help and version end well; commander has said what is wrong with the rest
    return error.exitCode === 0 ? 0 : EXITS.usage.code;
  }
  return EXITS[ended.exit].code;
}

process.once('SIGINT', () => process.exit(EXITS.interrupted.code));
void main().then((exitCode) => {
  process.exitCode = exitCode;
});
