import type {
  CertificateMessage,
  DescribeCertificatesMessage,
  ModifyCertificatesMessage,
  ModifyCertificatesResult,
} from '@aws-sdk/client-rds'
import { operation } from '../../../operation.ts'
import {
  defaultCertificate,
  describeCertificates,
  overrideDefault,
  removeOverride,
} from '../certificates.ts'
import { filtered } from '../filters.ts'
import { mustBeProvided } from '../groups/errors.ts'
import { page } from '../pages.ts'
import { certificateNotFound } from '../recorded/errors.ts'

export const DescribeCertificates = operation<DescribeCertificatesMessage, CertificateMessage>({
  authorize: () => ['*'],
  run({ CertificateIdentifier, Filters, ...request }, call) {
    const all = describeCertificates(call).filter(
      (one) =>
        CertificateIdentifier === undefined || one.CertificateIdentifier === CertificateIdentifier,
    )
    if (CertificateIdentifier !== undefined && all.length === 0) {
      throw certificateNotFound(CertificateIdentifier)
    }
    const { records, Marker } = page(
      request,
      filtered(all, Filters, {}),
      (one) => one.CertificateIdentifier!,
    )
    return {
      DefaultCertificateForNewLaunches: defaultCertificate(call),
      Certificates: [...records],
      ...(Marker && { Marker }),
    }
  },
})

/** The name of the authority changes; connections are secured by the emulator's own. */
export const ModifyCertificates = operation<ModifyCertificatesMessage, ModifyCertificatesResult>({
  coverage: 'recorded',
  authorize: () => ['*'],
  run({ CertificateIdentifier, RemoveCustomerOverride }, call) {
    const id = RemoveCustomerOverride ? removeOverride(call) : CertificateIdentifier
    if (!id) throw mustBeProvided('CertificateIdentifier')
    if (!RemoveCustomerOverride) overrideDefault(call, id)
    return {
      Certificate: describeCertificates(call).find((one) => one.CertificateIdentifier === id),
    }
  },
})
