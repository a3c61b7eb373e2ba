/** Protocol fee out of every payment, in basis points: 0.25%. */
export const FEE_BPS = 25
