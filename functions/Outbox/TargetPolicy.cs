using System.Net;

namespace Sessions.Outbox;

/// <summary>
/// Which targets events may go to: https, and public addresses only, so that nobody can make the service speak to what
/// stands behind its firewall.
/// </summary>
public sealed class TargetPolicy(OutboxSettings settings)
{
    private static readonly IPNetwork _globalUnicast = IPNetwork.Parse("2000::/3");

    // The IANA registries of special addresses, and the address under which Azure's hosts serve their guests.
    private static readonly IPNetwork[] _special =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16",
            "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
            "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        }.Select(network => IPNetwork.Parse(network)),
    ];

    /// <summary>What a target must be, to tell those who name another.</summary>
    public string Expected => settings.AllowLocal ? "an absolute http or https URL" : "an absolute https URL";

    /// <summary>
    /// Whether the address is one to send to, as far as can be told without asking DNS; the rest is seen when it is
    /// connected to.
    /// </summary>
    public bool Allows(Uri target) =>
        target.IsAbsoluteUri
        && (target.Scheme == Uri.UriSchemeHttps || (settings.AllowLocal && target.Scheme == Uri.UriSchemeHttp))
        && (!IPAddress.TryParse(target.DnsSafeHost, out var address) || Allows(address));

    /// <summary>Whether the address is public, or of this machine where that is allowed.</summary>
    public bool Allows(IPAddress address)
    {
        var real = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return IPAddress.IsLoopback(real)
            ? settings.AllowLocal
            : IsOrdinary(real) && !_special.Any(network => network.Contains(real));
    }

    private static bool IsOrdinary(IPAddress address) =>
        address.AddressFamily is System.Net.Sockets.AddressFamily.InterNetwork || _globalUnicast.Contains(address);
}

/// <summary>A target that <see cref="TargetPolicy"/> does not allow.</summary>
internal sealed class TargetRefusedException : Exception
{
    public TargetRefusedException()
        : this("The target is not allowed.")
    {
    }

    public TargetRefusedException(string message)
        : base(message)
    {
    }

    public TargetRefusedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
