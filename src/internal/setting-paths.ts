// Where each option came from: the paths of options (`network.allowedIps[2]`) back to the operator's settings
// (`allowed_ips[2]`, or the name of a variable). Rooms check options and know nothing of where they came from. Pure.

/** A table from option paths to settings; the longest known beginning of a path decides. */
export class SettingPaths {
  readonly #settings = new Map<string, string>();

  /** `option` and everything below it came from `setting`. */
  set(option: string, setting: string): void {
    this.#settings.set(option, setting);
  }

  /** The setting of an option path. An index into a list that came as a whole is kept. */
  settingOf(option: string): string {
    let known = option;
    while (known !== '' && !this.#settings.has(known)) {
      known = known.slice(0, Math.max(known.lastIndexOf('.'), known.lastIndexOf('['), 0));
    }
    const setting = this.#settings.get(known) ?? '';
    const index = /^\[\d+\]/.exec(option.slice(known.length))?.[0] ?? '';
    return setting + index;
  }
}
