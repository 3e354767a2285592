/** Why a setting is refused, in words that may be shown: never its value. */
export class SettingProblem extends Error {}
