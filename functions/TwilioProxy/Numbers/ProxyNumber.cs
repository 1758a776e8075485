namespace Sessions.TwilioProxy;

/// <summary>What is stored of a phone number or short code in a Service's pool.</summary>
/// <param name="Number">The number in E.164, or the digits of a short code.</param>
/// <param name="FriendlyName">A name for people, or null.</param>
/// <param name="IsoCountry">Its country (ISO 3166-1), or null when that cannot be told.</param>
/// <param name="IsReserved">Whether it is kept from the numbers that are chosen automatically.</param>
public sealed record ProxyNumber(string Number, string? FriendlyName, string? IsoCountry, bool IsReserved);
