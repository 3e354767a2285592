import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Manifest } from '../../../domain/backup/manifest';
import type { Backup, BackupLink } from '../../api/answers';
import { call } from '../../api/call';
import { startJob } from '../../api/start-job';
import { fromInput } from '../../format/time';
import { Ask } from '../../parts/action';
import { Copyable } from '../../parts/facts';
import { TextField, textOf } from '../../parts/fields';
import { When } from '../../parts/when';
import { addressOf } from '../../route';
import { texts } from '../../texts';

const { backup: words } = texts;

interface ActionsProps {
  readonly backup: Backup;
  readonly manifest: Manifest;
  readonly onChange: () => void;
}

export function BackupActions({ backup, manifest, onChange }: ActionsProps): JSX.Element {
  const path = `/backups/${encodeURIComponent(backup.backupId)}`;
  return (
    <div class="buttons">
      <a class="button main" href={addressOf(['recover', 'restore'], { backupId: backup.backupId })}>
        {words.restore}
      </a>
      <Ask
        operation="postBackupVerify"
        label={words.verify}
        explains={words.verifyExplains}
        onConfirm={() => startJob(`${path}/verify`)}
      />
      <Download path={path} />
      <Hold isHeld={backup.hold === 'held'} path={path} onChange={onChange} />
      <Ask
        operation="postBackupAccept"
        label={words.accept}
        explains={words.acceptExplains}
        onConfirm={async (form) => {
          await call('POST', `${path}/accept`, { body: { reason: form.get('reason') } });
          onChange();
        }}
      >
        <TextField label={words.reason} name="reason" required maxLength={500} />
      </Ask>
      <Ask
        operation="postDrill"
        label={words.drill}
        explains={words.drillExplains}
        onConfirm={() => startJob('/drills', { backupId: backup.backupId })}
      />
      {manifest.release === null ? null : <MarkRelease version={manifest.release.version} onChange={onChange} />}
    </div>
  );
}

function MarkRelease({ version, onChange }: { readonly version: string; readonly onChange: () => void }): JSX.Element {
  return (
    <Ask
      operation="postReleaseVerified"
      label={words.markRelease(version)}
      explains={words.markReleaseExplains}
      onConfirm={async () => {
        await call('POST', `/releases/${encodeURIComponent(version)}/verified`);
        onChange();
      }}
    />
  );
}

function Hold({
  isHeld,
  path,
  onChange,
}: {
  readonly isHeld: boolean;
  readonly path: string;
  readonly onChange: () => void;
}): JSX.Element {
  if (isHeld) {
    return (
      <Ask
        operation="deleteBackupHold"
        label={words.letGo}
        explains={words.letGoExplains}
        onConfirm={async () => {
          await call('DELETE', `${path}/hold`);
          onChange();
        }}
      />
    );
  }
  const hold = async (form: FormData): Promise<void> => {
    const until = fromInput(textOf(form, 'until'));
    await call('PUT', `${path}/hold`, {
      body: { reason: form.get('reason'), ...(until === undefined ? {} : { until }) },
    });
    onChange();
  };
  return (
    <Ask operation="putBackupHold" label={words.hold} explains={words.holdExplains} onConfirm={hold}>
      <TextField label={words.reason} name="reason" required maxLength={500} />
      <TextField label={words.untilUtc} name="until" type="datetime-local" hint={words.untilHint} />
    </Ask>
  );
}

/** The link is a secret for 15 minutes: it is shown to be followed, and kept nowhere. */
function Download({ path }: { readonly path: string }): JSX.Element {
  const [link, setLink] = useState<BackupLink>();
  return (
    <>
      <Ask
        operation="postBackupDownload"
        label={words.download}
        explains={words.downloadExplains}
        onConfirm={async () => setLink(await call<BackupLink>('POST', `${path}/download`))}
      />
      {link === undefined ? null : (
        <div class="box warn whole-row">
          <p>
            <a href={link.url} rel="noreferrer" download>
              {words.downloadNow}
            </a>{' '}
            {words.until} <When at={link.expiresAt} />
          </p>
          <Copyable label={words.checkSum} text={`echo '${link.sha256}  FILE' | sha256sum --check`} />
        </div>
      )}
    </>
  );
}
