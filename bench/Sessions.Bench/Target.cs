namespace Sessions.Bench;

/// <summary>A server under load.</summary>
/// <param name="Name">As it stands in the report.</param>
/// <param name="Server">The server.</param>
internal sealed record Target(string Name, Server Server)
{
    private readonly Numbers _numbers = new();

    /// <summary>The same request each time, but for another number in the place of its #.</summary>
    public Exchange Numbered(ApiRequest request) => Exchange.Of(Server, request, [], _numbers);

    /// <summary>A request with one of these, which are of one length, in its first #, in turn; else numbered.</summary>
    public Exchange Each(ApiRequest request, IReadOnlyList<string> things)
    {
        var fitting = request with { Path = Exchange.Filled(request.Path, new('#', things[0].Length)) };
        return Exchange.Of(Server, fitting, things, _numbers);
    }
}
