import type { Registration } from './core-module';
import type { BindingInfo } from './core-types';
import { messageOf } from './log';
import { parseSchedule, type Schedule } from './schedule';
import { isDisabled, resolveSettingNames } from './setting-names';

/** What starts a function, with its settings resolved. */
export type Trigger =
  | {
      readonly kind: 'http';
      readonly route: string;
      readonly methods: readonly string[];
      readonly authLevel: AuthLevel;
    }
  | {
      readonly kind: 'timer';
      readonly schedule: Schedule;
      readonly scheduleText: string;
      readonly runOnStartup: boolean;
      readonly useMonitor: boolean;
    }
  | { readonly kind: 'queue'; readonly queueName: string; readonly connection: string };

export type AuthLevel = 'anonymous' | 'function' | 'admin';

export interface HostedFunction<T extends Trigger = Trigger> {
  readonly name: string;
  readonly registration: Registration;
  /** The trigger's name among the bindings. */
  readonly bindingName: string;
  readonly trigger: T;
}

export interface FunctionCatalog {
  /** In alphabetical order, as the host goes through them. */
  readonly functions: readonly HostedFunction[];
  /** Functions that are registered and cannot run, with the reason: the others are not affected. */
  readonly inError: readonly { readonly name: string; readonly reason: string }[];
}

const VALID_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,127}$/;
const RESERVED = /^(admin|runtime)/i;

/** Checks what the app has registered by the real host's rules. */
export function catalogFunctions(registrations: readonly Registration[], settings: NodeJS.ProcessEnv): FunctionCatalog {
  const functions: HostedFunction[] = [];
  const inError: { name: string; reason: string }[] = [];
  const routes = new Map<string, string>();
  for (const registration of sortByName(registrations)) {
    const { name } = registration.metadata;
    if (isDisabled(name, settings)) continue;
    try {
      const hosted = hostFunction(registration, settings);
      claimRoutes(hosted, routes);
      functions.push(hosted);
    } catch (error) {
      inError.push({ name, reason: messageOf(error) });
    }
  }
  return { functions, inError };
}

function sortByName(registrations: readonly Registration[]): Registration[] {
  const key = ({ metadata }: Registration): string => metadata.name.toLowerCase();
  return registrations.toSorted((one, other) => (key(one) < key(other) ? -1 : key(one) > key(other) ? 1 : 0));
}

function hostFunction(registration: Registration, settings: NodeJS.ProcessEnv): HostedFunction {
  const { name, bindings } = registration.metadata;
  if (!VALID_NAME.test(name) || name.toLowerCase() === 'host')
    throw new Error(`'${name}' is not a valid function name`);
  if (RESERVED.test(name)) throw new Error(`the function name '${name}' starts with a reserved word`);
  const isTrigger = ({ type }: BindingInfo): boolean => type.toLowerCase().endsWith('trigger');
  const other = Object.values(bindings).find((binding) => !isTrigger(binding) && binding.type.toLowerCase() !== 'http');
  if (other !== undefined) throw new Error(`the local host has no ${other.type} binding '${other.direction}'`);
  for (const [bindingName, binding] of Object.entries(bindings)) {
    if (isTrigger(binding)) return { name, registration, bindingName, trigger: readTrigger(name, binding, settings) };
  }
  throw new Error(`function '${name}' has no trigger`);
}

function readTrigger(name: string, binding: BindingInfo, settings: NodeJS.ProcessEnv): Trigger {
  switch (binding.type.toLowerCase()) {
    case 'httptrigger':
      return httpTrigger(name, binding);
    case 'timertrigger': {
      const scheduleText = resolveSettingNames(textOf(binding, 'schedule') ?? '', settings);
      return {
        kind: 'timer',
        schedule: parseSchedule(scheduleText),
        scheduleText,
        runOnStartup: binding['runOnStartup'] === true,
        useMonitor: binding['useMonitor'] !== false,
      };
    }
    case 'queuetrigger':
      return {
        kind: 'queue',
        queueName: resolveSettingNames(textOf(binding, 'queueName') ?? '', settings).toLowerCase(),
        connection: resolveSettingNames(textOf(binding, 'connection') ?? 'AzureWebJobsStorage', settings),
      };
    default:
      throw new Error(`the local host has no ${binding.type}`);
  }
}

function httpTrigger(name: string, binding: BindingInfo): Trigger {
  const route = textOf(binding, 'route') ?? name;
  if (RESERVED.test(route)) throw new Error(`the route '${route}' starts with a reserved word`);
  const methods = Array.isArray(binding['methods']) ? binding['methods'].map(String) : [];
  const authLevel = textOf(binding, 'authLevel')?.toLowerCase() ?? 'function';
  if (authLevel !== 'anonymous' && authLevel !== 'function' && authLevel !== 'admin') {
    throw new Error(`the authLevel '${authLevel}' is unknown`);
  }
  return { kind: 'http', route, methods: methods.map((method) => method.toUpperCase()), authLevel };
}

function claimRoutes({ name, trigger }: HostedFunction, routes: Map<string, string>): void {
  if (trigger.kind !== 'http') return;
  const keys = trigger.methods.map((method) => `${method} ${trigger.route.toLowerCase()}`);
  for (const key of keys) {
    const owner = routes.get(key);
    if (owner !== undefined) throw new Error(`the route conflicts with the route of function '${owner}': ${key}`);
  }
  for (const key of keys) routes.set(key, name);
}

function textOf(binding: BindingInfo, property: string): string | undefined {
  const value = binding[property];
  return typeof value === 'string' ? value : undefined;
}

export function isHttp(hosted: HostedFunction): hosted is HostedFunction<Trigger & { kind: 'http' }> {
  return hosted.trigger.kind === 'http';
}

export function isTimer(hosted: HostedFunction): hosted is HostedFunction<Trigger & { kind: 'timer' }> {
  return hosted.trigger.kind === 'timer';
}

export function isQueue(hosted: HostedFunction): hosted is HostedFunction<Trigger & { kind: 'queue' }> {
  return hosted.trigger.kind === 'queue';
}
