// The command line: which commands and options there are, their help, and the exit code that they end with. A command is
// loaded when it is called: the gate is far more code than what makes a token.

import { Command, CommanderError, Option } from 'commander';
import { SEVERITIES } from '../audit/cvss.js';
import { ENVIRONMENT_VARIABLES } from '../config/environment-names.js';
import { VERSION } from '../internal/version.js';
import type { AuditCommandOptions } from './audit.js';
import { AUDIT_FORMATS } from './audit-formats.js';
import type { CheckCommandOptions } from './check.js';
import type { CliContext } from './context.js';
import { EXIT_CODES_HELP, EXIT_OK, EXIT_USAGE } from './exit-codes.js';
import type { HashPasswordCommandOptions } from './hash-password.js';
import type { InitCommandOptions } from './init-options.js';
import type { PreviewCommandOptions } from './preview.js';
import { reportError } from './report.js';
import type { ServeCommandOptions } from './serve.js';
import type { TokenCommandOptions } from './token.js';

/** What somebody types who forgets the option. */
const CONFIG_FILE = /^[\w./-]+\.ya?ml$/;

/** What an audit sends, for who reads the help before running it. */
const AUDIT_HELP = `
Contacts the given host alone and follows no redirect. A credential is presented at the given address and nowhere else.
It asks with GET, and with other methods whether they answer with metrics too: PUT, DELETE and PATCH only where the
path ends in metrics or prometheus. Values of labels are never in a report.`;

/** Runs one command line (without node and script); resolves with the exit code, never rejects. */
export async function run(args: readonly string[], context: CliContext): Promise<number> {
  let exitCode = EXIT_OK;
  const program = createProgram(args, context, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) return reportError(error, context);
    // Asked for help or version, which is no failure, or a usage error, which has been printed.
    return error.exitCode === 0 ? EXIT_OK : EXIT_USAGE;
  }
}

function createProgram(
  args: readonly string[],
  context: CliContext,
  end: (exitCode: number) => void,
): Command {
  const program = new Command('scrapegate')
    .description('The front door for the Prometheus metrics of AI gateways.')
    .version(VERSION)
    .exitOverride()
    .showSuggestionAfterError(true)
    .configureOutput({
      writeOut: (text) => void context.stdout.write(text),
      writeErr: (text) => void context.stderr.write(text),
      outputError: (text, write) => write(`${text.trimEnd()}\n${usageHint(args, program)}\n`),
    });
  program
    .command('serve')
    .description('Run the gate until SIGTERM or SIGINT; SIGHUP loads the configuration again.')
    .option('-c, --config <file>', 'configuration file (YAML); default: $SCRAPEGATE_CONFIG')
    .option('--web.config.file <file>', 'web configuration of Prometheus: users and TLS')
    .option('-l, --listen <address>', 'host:port, unix:/path or systemd, over file and environment')
    .option('--demo', 'run before an embedded, made-up LLM gateway, on loopback')
    .addHelpText('after', environmentHelp())
    .action(async (options: ServeCommandOptions) => {
      const { serve } = await import('./serve.js');
      end(await serve(options, context));
    });
  program
    .command('check')
    .description('Check the configuration: every problem, or what it means. Starts nothing.')
    .option('-c, --config <file>', 'configuration file (YAML); default: $SCRAPEGATE_CONFIG')
    .option('--web.config.file <file>', 'web configuration of Prometheus, as for serve')
    .option('-l, --listen <address>', 'address to listen on, as for serve')
    .action(async (options: CheckCommandOptions) => {
      const { check } = await import('./check.js');
      end(await check(options, context));
    });
  program
    .command('init')
    .description(
      'Look at a target, say what it gives away, and write what a gate before it needs. Starts nothing.',
    )
    .argument('<url>', 'where its metrics are; without a path, the usual ones are tried')
    .option(
      '--for <form>',
      'also files for prometheus, compose, systemd, kubernetes or alloy; can come again',
      collect,
    )
    .option('-o, --output <folder>', 'where to write', '.')
    .option('-l, --listen <address>', 'host:port of the gate', '127.0.0.1:9087')
    .option('--bearer-token-file <file>', 'token that the target asks for; the gate will read it there, too')
    .option('--target-url <url>', 'the target as the gate is to call it, where that is another address')
    .option('--preset <name>', 'preset of the views; default: the one that fits the software')
    .option('--force', 'replace files that are there')
    .action(async (url: string, options: InitCommandOptions) => {
      const { init } = await import('./init.js');
      end(await init(url, options, context));
    });
  program
    .command('preview')
    .description('Show what a view keeps, changes and leaves out, before and after. Serves nothing.')
    .argument('[source]', 'URL, file or - for standard input; default: the target of the view')
    .option('--view <name>', 'view of the configuration')
    .option('-c, --config <file>', 'configuration file (YAML); default: $SCRAPEGATE_CONFIG')
    .option('--web.config.file <file>', 'web configuration of Prometheus, as for serve')
    .option('--preset <name>', 'a preset alone, instead of a view of a configuration')
    .option(
      '--claim <value>',
      'value of the claim that the view depends on; more than once for several',
      collect,
    )
    .option('--bearer-token-file <file>', 'token for the URL')
    .option('--explain <series>', 'why one series is shown as it is, label by label')
    .option('--show-values', 'show values, too; they are personal data')
    .option('--all', 'list families that leave as they came, too')
    .action(async (source: string | undefined, options: PreviewCommandOptions) => {
      const { preview } = await import('./preview.js');
      end(await preview(source, options, context));
    });
  program
    .command('token')
    .description('Make a token of 256 bits; print it once, with its digest and the lines for both sides.')
    .option('-n, --name <name>', 'name of the credential', 'prometheus')
    .option('--view <name>', 'view that the credential is to see; without it, a placeholder to replace')
    .action(async (options: TokenCommandOptions) => {
      const { token } = await import('./token.js');
      end(token(options, context));
    });
  program
    .command('hash-password')
    .description('Read a password from standard input and print its hash for password_hash.')
    .option('--bcrypt', 'a bcrypt hash, for files that other software reads as well')
    .action(async (options: HashPasswordCommandOptions) => {
      const { hashPasswordCommand } = await import('./hash-password.js');
      end(await hashPasswordCommand(options, context));
    });
  program
    .command('audit')
    .description(
      'Look at a metrics endpoint as strangers and scrapers see it, and report what it gives away.',
    )
    .argument('<url|file|->', 'http: or https: address, file with an exposition, or - for standard input')
    .option('--bearer-token-file <file>', 'also as a scraper: file with a bearer token')
    .option(
      '--basic <user:file>',
      'also as a scraper: user and file with the password, or a file with user:password',
    )
    .option('--ca-file <file>', 'PEM of the authorities that signed the certificate of the endpoint')
    .option('--ports <list>', 'other ports of the same host to ask, instead of the well-known ones')
    .option('--no-ports', 'ask no other port')
    .option('--interval <seconds>', 'between two fetches, to see growth; 0 for one fetch', '5')
    .option('--timeout <seconds>', 'for each request', '10')
    .addOption(new Option('-f, --format <format>', 'of the report').choices(AUDIT_FORMATS).default('text'))
    .option('-o, --output <file>', 'write the report there instead of standard output')
    .option('--force', 'overwrite the file of --output')
    .addOption(
      new Option('--fail-on <severity>', 'exit with 3 where a finding is at least that bad').choices(
        SEVERITIES,
      ),
    )
    .addHelpText('after', AUDIT_HELP)
    .action(async (subject: string, options: AuditCommandOptions) => {
      const { audit } = await import('./audit.js');
      end(await audit(subject, options, context));
    });
  for (const command of [program, ...program.commands]) command.addHelpText('after', EXIT_CODES_HELP);
  return program;
}

/** Every value of an option that may come more than once. */
function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** The way out of a command line that is wrong. */
function usageHint([command = '', ...rest]: readonly string[], program: Command): string {
  const file = rest.find((argument) => CONFIG_FILE.test(argument));
  const takesConfig = command === 'serve' || command === 'check';
  if (takesConfig && file !== undefined && !rest.includes('--config') && !rest.includes('-c')) {
    return `Name the configuration as an option: scrapegate ${command} --config ${file}`;
  }
  return program.commands.some((known) => known.name() === command)
    ? `See "scrapegate ${command} --help".`
    : 'See "scrapegate --help" for the commands.';
}

function environmentHelp(): string {
  const names = Object.entries(ENVIRONMENT_VARIABLES);
  const width = Math.max(...names.map(([name]) => name.length));
  const lines = names.map(([name, description]) => `  ${name.padEnd(width)}  ${description}`);
  return `\nEnvironment variables, over the file:\n${lines.join('\n')}`;
}
