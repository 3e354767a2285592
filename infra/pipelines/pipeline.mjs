import { appendFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';

/** Where outputs, the table in the job's page and the error go: GitHub, Azure Pipelines, or a terminal. */
export function pipelineOf(env) {
  if (env.GITHUB_ACTIONS === 'true') return gitHub(env);
  return env.TF_BUILD === 'True' ? azurePipelines(env) : terminal();
}

const gitHub = ({ GITHUB_OUTPUT, GITHUB_STEP_SUMMARY }) => ({
  output: (values) =>
    appendFileSync(
      GITHUB_OUTPUT,
      lines(values, (name, value) => `${name}=${oneLine(value)}`),
    ),
  page: (title, rows) => appendFileSync(GITHUB_STEP_SUMMARY, markdown(title, rows)),
  fail: (message) => console.log(`::error title=LifeBook Backup::${escaped(message, '%25')}`),
});

const azurePipelines = ({ AGENT_TEMPDIRECTORY }) => ({
  // backup-id is backupId there: a variable's name has no hyphen
  output: (values) =>
    console.log(
      lines(values, (name, value) => `##vso[task.setvariable variable=${camel(name)};isOutput=true]${oneLine(value)}`),
    ),
  page: (title, rows) => {
    const file = join(mkdtempSync(join(AGENT_TEMPDIRECTORY || tmpdir(), 'backup-')), 'LifeBook Backup.md');
    writeFileSync(file, markdown(title, rows));
    console.log(`##vso[task.uploadsummary]${file}`);
  },
  fail: (message) => console.log(`##vso[task.logissue type=error]${escaped(message, '%AZP25')}`),
});

const terminal = () => ({
  output: () => undefined,
  page: (title, rows) => console.log(`${title}\n${rows.map(([name, value]) => `  ${name}: ${value}`).join('\n')}`),
  fail: (message) => console.error(message),
});

const lines = (values, line) =>
  Object.entries(values)
    .map(([name, value]) => `${line(name, value)}\n`)
    .join('');
const oneLine = (value) => String(value).replace(/[\r\n]+/g, ' ');
const camel = (name) => name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
/** What the server said must not become a command of the runner. */
const escaped = (text, percent) => text.replace(/%/g, percent).replace(/\r/g, '%0D').replace(/\n/g, '%0A');
const cell = (text) => oneLine(text).replace(/[|<>`]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const markdown = (title, rows) =>
  `### ${cell(title)}\n\n| | |\n|---|---|\n${rows.map(([name, value]) => `| ${cell(name)} | ${cell(value)} |\n`).join('')}\n`;
