using System.Net;
using Microsoft.AspNetCore.Http;

namespace Sessions.Http.Limits;

/// <summary>Where a request comes from.</summary>
/// <param name="behindHost">
/// Whether a Functions host stands before this program: then the socket is the host's, and the client's address is the
/// last one in <c>X-Forwarded-For</c>, which the platform wrote. What stands before it is the client's own and may be
/// anything.
/// </param>
public sealed class ClientAddress(bool behindHost)
{
    private const int NetworkBytes = 8;

    /// <summary>
    /// The address; of IPv6 the network, since whoever has one address there has all of it. Null when there is none.
    /// </summary>
    public string? Of(HttpContext context)
    {
        var address = behindHost ? Forwarded(context.Request) : context.Connection.RemoteIpAddress;
        if (address is null)
        {
            return null;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4().ToString();
        }

        var bytes = address.GetAddressBytes();
        return bytes.Length <= NetworkBytes
            ? address.ToString()
            : $"{new IPAddress([.. bytes[..NetworkBytes], .. new byte[NetworkBytes]])}/64";
    }

    private static IPAddress? Forwarded(HttpRequest request)
    {
        var last = request.Headers["X-Forwarded-For"].ToString().Split(',')[^1].Trim();
        return IPEndPoint.TryParse(last, out var end) ? end.Address : null;
    }
}
