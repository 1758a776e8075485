using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Sessions.Http;
using Sessions.Http.Bodies;

namespace Sessions.TwilioProxy;

/// <summary>
/// Knows the URLs that lead back into Proxy, as far as that can be told: callback URLs cannot be such, or one text
/// would go round for ever. What cannot be told, such as another name in DNS, ends at
/// <see cref="CallbackSender.HopHeader"/>.
/// Source: https://www.twilio.com/docs/proxy/proxy-changelog
/// </summary>
public sealed class OwnAddresses(PublicAddress address, IServer server)
{
    /// <summary>Refuses callback URLs that lead back into Proxy.</summary>
    /// <exception cref="RefusedException">20001: one does.</exception>
    internal void RequireElsewhere(HttpRequest request, Form form, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (form.All(name).Any(url => LeadsBack(request, url)))
            {
                throw ProxyErrors.Invalid($"Invalid {name}: it leads back into Proxy. Send a URL of your application.");
            }
        }
    }

    private bool LeadsBack(HttpRequest request, string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && IsOfProxy(uri) && IsHere(uri, request);

    // Somewhere in the path, since what stands before this service may have put something before it.
    private static bool IsOfProxy(Uri url)
    {
        var path = Uri.UnescapeDataString(url.AbsolutePath)
            .ToUpperInvariant()
            .Split('/', StringSplitOptions.RemoveEmptyEntries);
        return path.Index().Any(segment =>
            path[segment.Index..] is ["V1", "SERVICES", ..] or ["V1", "ACCOUNTS", _, "PROXY", ..]);
    }

    private bool IsHere(Uri url, HttpRequest request)
    {
        List<Uri> own = [.. Parsed(address.Of(request)), .. Parsed($"{request.Scheme}://{request.Host.Value}")];
        return own.Exists(one => HostOf(one) == HostOf(url) && IsSamePort(one, url))
            || (IsLoopback(url) && (own.Exists(one => IsLoopback(one) && one.Port == url.Port) || Listens(url.Port)));
    }

    private bool Listens(int port) =>
        server.Features.Get<IServerAddressesFeature>()?.Addresses
            .Any(bound => BindingAddress.Parse(bound).Port == port) is true;

    private static IEnumerable<Uri> Parsed(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) ? [uri] : [];

    private static string HostOf(Uri url) => url.IdnHost.TrimEnd('.').ToUpperInvariant();

    // Who serves one scheme at its port mostly serves the other, too.
    private static bool IsSamePort(Uri one, Uri other) =>
        one.Port == other.Port || (one.IsDefaultPort && other.IsDefaultPort);

    private static bool IsLoopback(Uri url) =>
        url.IsLoopback
        || HostOf(url).EndsWith(".LOCALHOST", StringComparison.Ordinal)
        || (IPAddress.TryParse(url.DnsSafeHost, out var ip) && (IPAddress.IsLoopback(ip) || IsAny(ip)));

    private static bool IsAny(IPAddress ip) => ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any);
}
