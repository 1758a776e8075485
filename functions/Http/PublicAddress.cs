using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Sessions.Configuration;

namespace Sessions.Http;

/// <summary>The address under which clients reach the service, for the links in answers.</summary>
public sealed class PublicAddress(IConfiguration configuration)
{
    private readonly string? _configured =
        new SettingsSection(configuration.GetSection("Public")).Address("BaseUrl")?.AbsoluteUri.TrimEnd('/');

    /// <summary><c>Public__BaseUrl</c>, else what the request came to; without a final slash.</summary>
    public string Of(HttpRequest request) => _configured ?? $"{request.Scheme}://{request.Host.Value}";
}
