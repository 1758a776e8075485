using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Sessions.Configuration;

namespace Sessions.Hosting.SelfHosted;

/// <summary>Where the program listens when it serves itself.</summary>
/// <param name="Urls">The setting, as it was made.</param>
/// <param name="OnlyLoopback">
/// Whether every one is an address of this machine that no other can reach. A name is none, but for localhost: the
/// server listens on every interface for it.
/// </param>
public sealed record ListeningAddresses(string Urls, bool OnlyLoopback)
{
    /// <summary>Reads <c>urls</c>, on which the server would fail with a stack trace.</summary>
    /// <exception cref="SettingsException">It is no list of http addresses.</exception>
    public static ListeningAddresses From(IConfiguration configuration)
    {
        var urls = configuration["urls"] ?? "";
        try
        {
            var addresses = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(BindingAddress.Parse).ToList();
            if (addresses is not [] && addresses.TrueForAll(address => address.Scheme is "http"))
            {
                return new(urls, addresses.TrueForAll(IsLoopback));
            }
        }
        catch (FormatException)
        {
            // As wrong as one of another scheme.
        }

        throw SettingsException.For("urls", urls, "be http addresses parted by semicolons");
    }

    private static bool IsLoopback(BindingAddress address) =>
        address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(address.Host, out var ip) && IPAddress.IsLoopback(ip));
}
