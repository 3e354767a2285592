import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { isOffline } from './api/call';
import { pageOf } from './pages/pages';
import { Clock } from './parts/clock';
import { ProblemBox } from './parts/problem-box';
import { addressOf, place } from './route';
import type { Beginning } from './session/start';
import { isExpired, session, type SignInWay } from './session/session';
import { texts } from './texts';

const SECTIONS = [
  'overview',
  'timeline',
  'recover',
  'backups',
  'jobs',
  'drills',
  'retention',
  'storage',
  'audit',
] as const;

/** The whole page: who is signed in, where they are, and what stands in the way. */
export function Console({ beginning }: { readonly beginning: Beginning }): JSX.Element {
  if ('problem' in beginning) {
    return (
      <main class="door">
        <h1>{texts.product}</h1>
        <ProblemBox problem={beginning.problem} />
        <button type="button" class="main" onClick={() => location.reload()}>
          {texts.tryAgain}
        </button>
      </main>
    );
  }
  if (session.value === undefined) return <Door way={beginning.way} />;
  return (
    <>
      <a class="skip" href="#content" onClick={focusContent}>
        {texts.skip}
      </a>
      <Header way={beginning.way} />
      <div class="body">
        <Navigation />
        <Content way={beginning.way} />
      </div>
    </>
  );
}

/** Not by the address, which is the route's. */
function focusContent(event: MouseEvent): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}

function Door({ way }: { readonly way: SignInWay }): JSX.Element {
  return (
    <main class="door">
      <h1>{texts.product}</h1>
      <p>{texts.signIn.why}</p>
      <button type="button" class="main" onClick={() => void way.signIn()}>
        {texts.signIn.button}
      </button>
    </main>
  );
}

function Header({ way }: { readonly way: SignInWay }): JSX.Element {
  const signOut = async (): Promise<void> => {
    await way.signOut();
    session.value = undefined;
  };
  return (
    <header>
      <a class="product" href="#/">
        {texts.product}
      </a>
      <Clock />
      <span class="who">
        <span class="name">{session.value?.name}</span> <span class="role">{session.value?.role}</span>
        <button type="button" onClick={() => void signOut()}>
          {texts.signIn.out}
        </button>
      </span>
    </header>
  );
}

function Navigation(): JSX.Element {
  const current = place.value.path[0] ?? 'overview';
  return (
    <nav aria-label={texts.sections}>
      <ul>
        {SECTIONS.map((section) => (
          <li key={section}>
            <a
              href={addressOf(section === 'overview' ? [] : [section])}
              {...(current === section ? { 'aria-current': 'page' } : {})}
            >
              {texts.section[section]}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Content({ way }: { readonly way: SignInWay }): JSX.Element {
  const { path } = place.value;
  const page = pageOf(path);
  const main = useRef<HTMLElement>(null);
  const address = path.join('/');
  const before = useRef(address);
  useEffect(() => {
    document.title = `${page.title} · ${texts.product}`;
    // a screen reader hears where it is now; the first page is read anyway
    if (before.current !== address) main.current?.focus();
    before.current = address;
  }, [address, page.title]);
  return (
    <main id="content" ref={main} tabIndex={-1}>
      {isExpired.value ? <SignInAgain way={way} /> : null}
      {isOffline.value ? (
        <div class="box warn" role="status">
          {texts.offline}
        </div>
      ) : null}
      <h1>{page.title}</h1>
      <page.Body key={address} params={path.slice(1)} />
    </main>
  );
}

function SignInAgain({ way }: { readonly way: SignInWay }): JSX.Element {
  return (
    <div class="box warn" role="alert">
      <p>{texts.signIn.expired}</p>
      <button type="button" class="main" onClick={() => void way.signOut().then(() => way.signIn())}>
        {texts.signIn.again}
      </button>
    </div>
  );
}
