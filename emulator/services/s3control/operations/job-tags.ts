import type {
  DeleteJobTaggingRequest,
  GetJobTaggingRequest,
  GetJobTaggingResult,
  PutJobTaggingRequest,
} from '@aws-sdk/client-s3-control'
import { answerStatus, operation } from '../../../operation.ts'
import { tooManyTags } from '../errors.ts'
import { changeJob } from '../rows/jobs.ts'
import { readTags, requestTagKeys, tagList } from '../tags.ts'
import { existingJobKeys, onJob, requireJob } from './jobs.ts'

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-job-tags.html

/** A job may have so many. */
const most = 50

export const PutJobTagging = operation<PutJobTaggingRequest, {}>({
  authorize: (input, call) => [
    onJob('s3:PutJobTagging', input, call, {
      ...existingJobKeys(input, call),
      ...requestTagKeys(input.Tags),
    }),
  ],
  run(input, call) {
    const job = requireJob(input, call)
    const { Tags: given = [] } = input
    if (given.length > most) throw tooManyTags()
    changeJob(call.db, job, { tags: readTags(given) })
    return {}
  },
})

export const GetJobTagging = operation<GetJobTaggingRequest, GetJobTaggingResult>({
  authorize: (input, call) => [onJob('s3:GetJobTagging', input, call)],
  run: (input, call) => ({ Tags: tagList(requireJob(input, call).tags) }),
})

export const DeleteJobTagging = operation<
  DeleteJobTaggingRequest,
  { readonly [answerStatus]: number }
>({
  authorize: (input, call) => [
    onJob('s3:DeleteJobTagging', input, call, existingJobKeys(input, call)),
  ],
  run(input, call) {
    changeJob(call.db, requireJob(input, call), { tags: {} })
    return { [answerStatus]: 204 }
  },
})
