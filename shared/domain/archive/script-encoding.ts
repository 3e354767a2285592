/** PostgreSQL's names of server encodings, as the decoders know them. `latin1` is Buffer's, the rest are TextDecoder's. */
const DECODERS: Readonly<Record<string, string>> = {
  SQL_ASCII: 'utf-8',
  UTF8: 'utf-8',
  LATIN1: 'latin1',
  LATIN2: 'iso-8859-2',
  LATIN3: 'iso-8859-3',
  LATIN4: 'iso-8859-4',
  LATIN5: 'iso-8859-9',
  LATIN6: 'iso-8859-10',
  LATIN7: 'iso-8859-13',
  LATIN8: 'iso-8859-14',
  LATIN9: 'iso-8859-15',
  LATIN10: 'iso-8859-16',
  ISO_8859_5: 'iso-8859-5',
  ISO_8859_6: 'iso-8859-6',
  ISO_8859_7: 'iso-8859-7',
  ISO_8859_8: 'iso-8859-8',
  KOI8R: 'koi8-r',
  KOI8U: 'koi8-u',
  WIN866: 'ibm866',
  WIN874: 'windows-874',
  WIN1250: 'windows-1250',
  WIN1251: 'windows-1251',
  WIN1252: 'windows-1252',
  WIN1253: 'windows-1253',
  WIN1254: 'windows-1254',
  WIN1255: 'windows-1255',
  WIN1256: 'windows-1256',
  WIN1257: 'windows-1257',
  WIN1258: 'windows-1258',
  EUC_JP: 'euc-jp',
  EUC_KR: 'euc-kr',
  EUC_CN: 'gbk',
};

/**
 * Text of a dump whose `client_encoding` is `encoding`. One that is not known here is read as UTF-8: then only names
 * outside of ASCII come out wrong, and the comparison with the catalog says so.
 */
export function decodeScriptText(bytes: Uint8Array, encoding: string): string {
  const decoder = DECODERS[encoding] ?? 'utf-8';
  if (decoder === 'latin1') return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return new TextDecoder(decoder, { ignoreBOM: true }).decode(bytes);
}
