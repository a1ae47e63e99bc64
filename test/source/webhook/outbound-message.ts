/** An outbound message of Salesforce with one contact in it. */
export function outboundMessage(organizationId: string): string {
  const contact =
    '<Notification><Id>04l000000000001AAA</Id><sObject xsi:type="sf:Contact" xmlns:sf="urn:sobject.enterprise.soap.sforce.com"><sf:Id>003000000000001AAA</sf:Id><sf:Email>ana@example.com</sf:Email><sf:Name>Ana</sf:Name></sObject></Notification>';
  return `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body><notifications xmlns="http://soap.sforce.com/2005/09/outbound"><OrganizationId>${organizationId}</OrganizationId><ActionId>04k000000000001AAA</ActionId>${contact}</notifications></soapenv:Body></soapenv:Envelope>`;
}
