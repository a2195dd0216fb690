import { proveLab } from './prove-lab.ts'

proveLab('mfa-and-conditions')
