import { X509Certificate } from 'node:crypto'
import { AwsError } from '../../errors.ts'
import { parseXml } from '../../protocol/xml-reader.ts'
import { noAssertionIssuer, unreadableMetadata } from './credential-errors.ts'

/** What STS checks a SAML assertion against. */
export interface SamlMetadata {
  readonly entityId: string
  /** The certificates that may sign assertions. */
  readonly certificates: readonly X509Certificate[]
}

type Node = ReturnType<typeof parseXml>['root']

/**
 * Reads the metadata of an identity provider, which may stand in an `EntitiesDescriptor`.
 * https://docs.oasis-open.org/security/saml/v2.0/saml-metadata-2.0-os.pdf
 *
 * @throws InvalidInput for what is no metadata, or not that of an identity provider
 */
export function readSamlMetadata(text: string): SamlMetadata {
  const document = parse(text)
  const entities =
    document.name === 'EntitiesDescriptor'
      ? descendants(document.root, 'EntityDescriptor')
      : [document.root]
  if (!['EntityDescriptor', 'EntitiesDescriptor'].includes(document.name))
    throw unreadableMetadata()
  const provider = entities.find((entity) => children(entity, 'IDPSSODescriptor').length > 0)
  if (provider === undefined) throw noAssertionIssuer()
  const entityId = attribute(provider, 'entityID')
  if (!entityId) throw unreadableMetadata()
  const certificates = children(provider, 'IDPSSODescriptor')
    .flatMap((descriptor) => children(descriptor, 'KeyDescriptor'))
    .filter((key) => attribute(key, 'use') !== 'encryption')
    .flatMap((key) => descendants(key, 'X509Certificate'))
    .map(certificate)
  return { entityId, certificates }
}

function parse(text: string): ReturnType<typeof parseXml> {
  try {
    return parseXml(Buffer.from(text))
  } catch (error) {
    if (error instanceof AwsError) throw unreadableMetadata()
    throw error
  }
}

function certificate(node: Node): X509Certificate {
  try {
    return new X509Certificate(Buffer.from(content(node), 'base64'))
  } catch {
    throw unreadableMetadata()
  }
}

const children = (node: Node, name: string): readonly Node[] =>
  typeof node === 'object' && Object.hasOwn(node, name) ? (node[name] ?? []) : []

const descendants = (node: Node, name: string): Node[] => [
  ...children(node, name),
  ...(typeof node === 'object'
    ? Object.entries(node)
        .filter(([key]) => key !== '$' && key !== '_')
        .flatMap(([, nodes]) => (nodes ?? []).flatMap((child) => descendants(child, name)))
    : []),
]

function attribute(node: Node, name: string): string | undefined {
  if (typeof node !== 'object') return undefined
  const attributes = node['$'] as unknown as Record<string, string> | undefined
  return attributes?.[name]
}

/** xml2js has the text of an element with attributes under `_`. */
const content = (node: Node): string =>
  typeof node === 'string' ? node : ((node['_'] as unknown as string | undefined) ?? '')
