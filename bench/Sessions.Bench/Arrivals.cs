using System.Diagnostics;

namespace Sessions.Bench;

/// <summary>
/// Requests that arrive at a steady pace, however long the ones before take, each timed from when it was to be sent.
/// </summary>
/// <param name="address">The server.</param>
/// <param name="perSecond">How many in a second.</param>
/// <param name="make">Makes the request of a number.</param>
internal sealed class Arrivals(Uri address, double perSecond, Func<int, HttpRequestMessage> make) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = address };
    private int _number;

    /// <summary>A request of the development account's.</summary>
    public static HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.TryAddWithoutValidation("Authorization", SurfaceLoads.Basic);
        return request;
    }

    /// <summary>Sends them for a while.</summary>
    public async Task<Arrived> Run(TimeSpan time)
    {
        var clock = Stopwatch.StartNew();
        List<Task<(double Took, bool IsRefused)>> all = [];
        for (var due = TimeSpan.Zero; due < time; due += TimeSpan.FromSeconds(1 / perSecond))
        {
            if (due - clock.Elapsed is { Ticks: > 0 } early)
            {
                await Task.Delay(early);
            }

            all.Add(One(clock, due));
        }

        var answers = await Task.WhenAll(all);
        return new([.. answers.Select(one => one.Took).Order()], answers.Count(one => one.IsRefused));
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    // A delay of the system's timer is a millisecond or so late, and none of the service's.
    private async Task<(double Took, bool IsRefused)> One(Stopwatch clock, TimeSpan due)
    {
        using var request = make(_number++);
        using var answer = await _http.SendAsync(request);
        return ((clock.Elapsed - due).TotalMilliseconds, !answer.IsSuccessStatusCode);
    }
}

/// <summary>How those were answered.</summary>
/// <param name="Took">How many milliseconds each took, the shortest first.</param>
/// <param name="Refused">How many were refused.</param>
internal sealed record Arrived(IReadOnlyList<double> Took, int Refused)
{
    /// <summary>Nobody came.</summary>
    public static Arrived Nobody { get; } = new([], 0);

    /// <summary>How long it took at a percentile.</summary>
    public double At(double percent) => Took.Count is 0 ? 0 : Took[(int)(Took.Count * percent / 100)];

    /// <summary>These and others.</summary>
    public Arrived And(Arrived others) => new([.. Took.Concat(others.Took).Order()], Refused + others.Refused);
}
