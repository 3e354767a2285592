/** Tells that the release is good (or was taken back): its dumps wait no longer, and the next backup knows what runs. */
export async function markVerified(api, { version, commit, rolledBack }, pipeline) {
  const order = { ...(commit === undefined ? {} : { commit }), ...(rolledBack ? { rolledBack } : {}) };
  const release = await api.post(`/releases/${encodeURIComponent(version)}/verified`, order);
  pipeline.output({ 'verified-at': release.verifiedAt });
  pipeline.page(rolledBack ? `Release ${version} was rolled back` : `Release ${version} is verified`, [
    ['Marked', `${release.verifiedAt} by ${release.verifiedBy}`],
    ['Databases', release.databases.join(', ') || 'none'],
    ['Dumps that wait no longer', release.backups.join(', ') || 'none'],
    ...release.warnings.map(({ code, detail }) => ['Warning', `${code}: ${detail}`]),
  ]);
}
