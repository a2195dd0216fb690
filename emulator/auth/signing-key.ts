import { createHmac } from 'node:crypto'

interface CachedKey {
  readonly secret: string
  readonly key: Buffer
}

/**
 * Keys that signatures are made with: four HMACs deep, good for one access key, day, region and service.
 * Kept for the most recently used `capacity` of them.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#derive-signing-key
 */
export class SigningKeys {
  readonly #keys = new Map<string, CachedKey>()
  readonly #capacity: number

  constructor(capacity = 1000) {
    this.#capacity = capacity
  }

  get size(): number {
    return this.#keys.size
  }

  /**
   * @param scope `20150830/us-east-1/iam/aws4_request`
   * @param secret a key made of another secret (the access key was deleted and made anew) is not used
   */
  get(accessKeyId: string, secret: string, scope: string): Buffer {
    const id = `${accessKeyId}/${scope}`
    const cached = this.#keys.get(id)
    if (cached) this.#keys.delete(id)
    const entry = cached?.secret === secret ? cached : { secret, key: deriveKey(secret, scope) }
    this.#keys.set(id, entry)
    if (this.#keys.size > this.#capacity) {
      this.#keys.delete(this.#keys.keys().next().value!)
    }
    return entry.key
  }
}

function deriveKey(secret: string, scope: string): Buffer {
  let key = Buffer.from(`AWS4${secret}`)
  for (const part of scope.split('/')) {
    key = createHmac('sha256', key).update(part).digest()
  }
  return key
}
