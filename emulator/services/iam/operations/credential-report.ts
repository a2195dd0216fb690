import type {
  GenerateCredentialReportResponse,
  GetCredentialReportResponse,
} from '@aws-sdk/client-iam'
import { operation } from '../../../operation.ts'
import { reportExpired, reportNotPresent } from '../credential-errors.ts'
import { credentialReport } from '../credential-report.ts'
import { findCredentialReport, putCredentialReport } from '../rows/credential-reports.ts'
import { date } from '../subjects.ts'

/** "You can generate a credential report as often as once every four hours": until then it stays what it is. In ms. */
const lifetime = 4 * 3600 * 1000

export const GenerateCredentialReport = operation<{}, GenerateCredentialReportResponse>({
  authorize: () => ['*'],
  run(_, { db, account, now }) {
    const report = findCredentialReport(db, account)
    if (report && now - report.generatedAt <= lifetime) return { State: 'COMPLETE' }
    putCredentialReport(db, account, {
      content: credentialReport(db, account, now),
      generatedAt: now,
    })
    // It is complete at the next look.
    const Description = report
      ? 'No recent report exists. Starting a new report generation task'
      : 'No report exists. Starting a new report generation task'
    return { State: 'STARTED', Description }
  },
})

export const GetCredentialReport = operation<{}, GetCredentialReportResponse>({
  authorize: () => ['*'],
  run(_, { db, account, now }) {
    const report = findCredentialReport(db, account)
    if (!report) throw reportNotPresent()
    if (now - report.generatedAt > lifetime) throw reportExpired()
    return {
      Content: Buffer.from(report.content),
      ReportFormat: 'text/csv',
      GeneratedTime: date(report.generatedAt),
    }
  },
})
