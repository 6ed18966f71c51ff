/** Whether it has the form of ValidateResponse.platform_id: 1 to 128 printable ASCII characters without spaces. */
export const isPlatformId = (text: string): boolean => /^[!-~]{1,128}$/.test(text);
