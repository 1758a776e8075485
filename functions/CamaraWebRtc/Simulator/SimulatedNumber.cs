using static Sessions.CamaraWebRtc.SessionStatus;

namespace Sessions.CamaraWebRtc.Simulator;

/// <summary>A number of the network simulator, and what its devices do when they are called.</summary>
/// <param name="Number">The number: one of 555-01XX, which North America keeps for fiction.</param>
/// <param name="Does">What it does, for people.</param>
/// <param name="Steps">The same for its devices.</param>
internal sealed record SimulatedNumber(string Number, string Does, params IReadOnlyList<Step> Steps)
{
    /// <summary>How many devices are registered for it.</summary>
    public int Devices { get; init; } = 1;

    /// <summary>All of them. docs/camara-webrtc.md tells the same.</summary>
    public static IReadOnlyList<SimulatedNumber> All { get; } =
    [
        new("+12025550100", "answers at once", new Step(0, Connected, Answers: true)),
        new("+12025550103", "answers after 3 seconds", new Step(0, Ringing), new Step(3, Connected, Answers: true)),
        new("+12025550110", "answers after 10 seconds", new Step(0, Ringing), new Step(10, Connected, Answers: true)),
        new("+12025550120", "is busy", new Step(0, Busy)),
        new("+12025550121", "declines after 2 seconds", new Step(0, Ringing), new Step(2, Declined)),
        new("+12025550122", "does not answer", new Step(0, Ringing)),
        new(
            "+12025550130",
            "plays early media, and answers after 5 seconds",
            new Step(0, InProgress, Answers: true),
            new Step(5, Connected, Answers: true)),
        new(
            "+12025550140",
            "answers after 2 seconds, on two devices at once",
            new Step(0, Ringing),
            new Step(2, Connected, Answers: true))
        {
            Devices = 2,
        },
        new(
            "+12025550150",
            "answers at once, and hangs up after 5 seconds",
            new Step(0, Connected, Answers: true),
            new Step(5, Terminated)),
    ];
}

/// <summary>One thing that a device does.</summary>
/// <param name="After">How many seconds after the one before.</param>
/// <param name="Status">The state that it takes the call to.</param>
/// <param name="Answers">Whether it sends its media along.</param>
internal sealed record Step(int After, string Status, bool Answers = false);
