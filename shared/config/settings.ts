import { Failure } from '../domain/failure';
import { SETTINGS, type SettingName, type SettingValue } from './settings-table';
import { SettingProblem } from './setting-problem';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Settings are parsed on first use and only what is asked for: a bad one stops only what needs it
 * (product.md §6). A worker that throws while loading would register no function at all.
 */
export class Settings {
  constructor(private readonly environment: Environment) {}

  /** @throws Failure `invalid-settings` that names the setting, never its value */
  get<N extends SettingName>(name: N): SettingValue<N> {
    try {
      return this.parse(name);
    } catch (error) {
      if (error instanceof SettingProblem) throw new Failure('invalid-settings', `${name} ${error.message}`);
      throw error;
    }
  }

  /** All settings that cannot be parsed, for health and for one report of everything. */
  problems(): { name: SettingName; problem: string }[] {
    return (Object.keys(SETTINGS) as SettingName[]).flatMap((name) => {
      try {
        this.parse(name);
        return [];
      } catch (error) {
        if (error instanceof SettingProblem) return [{ name, problem: error.message }];
        throw error;
      }
    });
  }

  private parse<N extends SettingName>(name: N): SettingValue<N> {
    const value = this.environment[name];
    const text = value === undefined || value.trim() === '' ? undefined : value;
    return SETTINGS[name].parse(text) as SettingValue<N>;
  }
}
