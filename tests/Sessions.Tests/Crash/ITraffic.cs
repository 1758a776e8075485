using Sessions.Storage;
using Sessions.Tests.Support;

namespace Sessions.Tests.Crash;

/// <summary>The users of one surface, who remember what they were told.</summary>
internal interface ITraffic
{
    /// <summary>How many of them there are at once.</summary>
    const int Users = 4;

    /// <summary>How many writes were acknowledged.</summary>
    int Acknowledged { get; }

    /// <summary>Goes to this process from now on.</summary>
    void GoTo(ServiceProcess service);

    /// <summary>Makes what the users need for the next round.</summary>
    Task Prepare();

    /// <summary>Sends one request of a user.</summary>
    /// <exception cref="HttpRequestException">No answer came.</exception>
    Task Step(int user, Random random);

    /// <summary>What is wrong with what was acknowledged, and with what must hold at every moment.</summary>
    /// <param name="ever">Whether to look at all that was ever acknowledged, and not at the last alone.</param>
    Task<IReadOnlyList<string>> Faults(bool ever);

    /// <summary>Sends once more what was not answered.</summary>
    Task Repeat() => Task.CompletedTask;

    /// <summary>What is wrong with what lies in the store, where only the store can tell.</summary>
    Task CheckStore(IDocumentStore store) => Task.CompletedTask;

    /// <summary>Takes what the sink was told.</summary>
    void Hear(Received told)
    {
    }

    /// <summary>The events that are still to come, or came in the wrong order.</summary>
    IEnumerable<string> Untold() => [];
}
