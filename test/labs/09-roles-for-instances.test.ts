import { proveLab } from './prove-lab.ts'

proveLab('roles-for-instances')
