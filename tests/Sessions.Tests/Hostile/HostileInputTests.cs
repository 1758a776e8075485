using Sessions.Tests.Support;
using Xunit.Abstractions;

namespace Sessions.Tests.Hostile;

/// <summary>
/// Whatever is sent to whichever function: no 5xx, no answer that takes a second, no refusal in another shape than the
/// surface's, and nothing written by a request that was refused.
/// </summary>
/// <remarks><c>--run hostile</c> of <c>bench/</c> sends more of them, of other seeds.</remarks>
[Collection(nameof(Alone))]
public sealed class HostileInputTests(ITestOutputHelper output)
{
    private const int Requests = 12_000;

    // On the other host and the other store the same ones are sent again, as far as that brings something new.
    private const int RequestsAgain = 6_000;
    private const int FramedRequests = 2_000;
    private const ulong Seed = 20_261_126;

    private static bool IsFirst => !TestHosts.IsFunctions && !TemporaryStore.IsCosmos;

    [Fact]
    public async Task Whatever_the_framing_there_is_no_5xx() =>
        Expect.None(await HostileFraming.Run(FramedRequests, Seed));

    [Fact]
    public async Task Hostile_requests_are_refused_in_shape_and_change_nothing()
    {
        var tally = new HostileTally();
        await HostileInput.Run(IsFirst ? Requests : RequestsAgain, Seed, tally, progress: () => { });

        foreach (var (answer, times) in tally.Answers)
        {
            output.WriteLine($"{answer.Function} {(int)answer.Status}: {times}");
        }

        Expect.None(HostileInput.Untried(tally));
        Assert.True(tally.Writes > 0, "No request is seen to write, not even those that are answered.");
    }
}
