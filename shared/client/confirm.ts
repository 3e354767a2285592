import { z } from 'zod';
import type { Api, ApiRequest } from './api';
import { ClientError } from './exits';
import type { Screen } from './screen';
import { outline } from './text';

export interface Confirmed {
  /** Of `--confirm`: judged by the app. */
  readonly confirm: string | undefined;
  /** Of `--yes`. */
  readonly yes: boolean;
}

/** What plans of every kind have in common; the rest is shown as it is. */
const planShape = z.looseObject({
  confirm: z.string().nullish(),
  refusals: z.array(z.object({ code: z.string(), detail: z.string(), hint: z.string() })).default([]),
});

/**
 * Asks for the plan, shows it, and has it confirmed: by the typed name where the app wants one, else by a yes.
 *
 * @returns what to send as `confirm`
 * @throws ClientError `refused` for a plan with refusals and for another answer than the asked one, `usage` where nobody can
 * be asked
 */
export async function confirmPlan(
  api: Api,
  request: ApiRequest,
  screen: Screen,
  { confirm, yes }: Confirmed,
): Promise<string | undefined> {
  const { body } = await api.call({ ...request, body: { ...request.body, dryRun: true } });
  const { refusals, ...plan } = planShape.parse(body);
  screen.note('The plan:', ...outline(plan, '  '), '');
  // a name that is not yet there, or not the right one, is what the question below is for
  const others = refusals.filter(({ code }) => code !== 'confirmation-missing');
  const [first] = others;
  if (first !== undefined) {
    const [detail, hint] = (['detail', 'hint'] as const).map((part) =>
      others.map((refusal) => refusal[part]).join('; '),
    );
    throw new ClientError('refused', first.code, detail ?? '', hint ?? '');
  }
  if (confirm !== undefined || (yes && plan.confirm == null)) return confirm;
  if (!screen.isInteractive) {
    const option = plan.confirm == null ? '--yes' : `--confirm ${plan.confirm}`;
    const hint = `read the plan (--dry-run), then call it again with ${option}`;
    throw new ClientError('usage', 'confirmation-missing', 'there is nobody to confirm the plan', hint);
  }
  const wanted = plan.confirm ?? 'yes';
  if ((await screen.ask(`Type ${wanted} to go on: `)) === wanted) return plan.confirm ?? undefined;
  throw new ClientError('refused', 'not-confirmed', 'nothing was changed', `type ${wanted} to go on`);
}
