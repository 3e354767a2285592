type Check = (value: string) => boolean;

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const GUID = /^\{?[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\}?$/i;
const LAST_INT = 2 ** 31 - 1;

/** ASP.NET Core's inline route constraints by name; `argument` is what stands in their parentheses. */
const CONSTRAINTS: Readonly<Record<string, (argument: string) => Check>> = {
  int: () => (value) => /^-?\d+$/.test(value) && Math.abs(Number(value)) <= LAST_INT,
  long: () => (value) => /^-?\d{1,19}$/.test(value),
  bool: () => (value) => /^(true|false)$/i.test(value),
  decimal: () => (value) => NUMBER.test(value),
  double: () => (value) => NUMBER.test(value),
  float: () => (value) => NUMBER.test(value),
  guid: () => (value) => GUID.test(value),
  datetime: () => (value) => !Number.isNaN(Date.parse(value)),
  alpha: () => (value) => /^[a-z]*$/i.test(value),
  required: () => (value) => value !== '',
  minlength: (argument) => {
    const limit = wholeNumber(argument);
    return (value) => value.length >= limit;
  },
  maxlength: (argument) => {
    const limit = wholeNumber(argument);
    return (value) => value.length <= limit;
  },
  min: (argument) => {
    const limit = wholeNumber(argument);
    return (value) => /^-?\d+$/.test(value) && Number(value) >= limit;
  },
  max: (argument) => {
    const limit = wholeNumber(argument);
    return (value) => /^-?\d+$/.test(value) && Number(value) <= limit;
  },
  length: (argument) => {
    const [least, most] = bounds(argument);
    return (value) => value.length >= least && value.length <= most;
  },
  range: (argument) => {
    const [least, most] = bounds(argument);
    return (value) => /^-?\d+$/.test(value) && Number(value) >= least && Number(value) <= most;
  },
  regex: (argument) => {
    const expression = new RegExp(
      argument.replaceAll(/\{\{|\}\}/g, (pair) => pair.charAt(0)),
      'i',
    );
    return (value) => expression.test(value);
  },
};

/** @throws Error for a constraint that does not exist, or a bad argument: that takes the whole host down. */
export function routeConstraint(text: string): Check {
  const match = /^([a-z]+)(?:\((.*)\))?$/s.exec(text);
  const make = match?.[1] === undefined ? undefined : CONSTRAINTS[match[1]];
  if (make === undefined) throw new Error(`the route constraint '${text}' is unknown`);
  return make(match?.[2] ?? '');
}

function bounds(argument: string): [number, number] {
  const [least, most] = argument.split(',');
  return [wholeNumber(least ?? ''), wholeNumber(most ?? least ?? '')];
}

function wholeNumber(text: string): number {
  if (!/^-?\d+$/.test(text.trim())) throw new Error(`'${text}' is not a whole number`);
  return Number(text);
}
