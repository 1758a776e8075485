using System.Net;
using System.Text.Json.Nodes;

namespace Sessions.Tests.Conversation;

/// <summary>A way in for pages, whose EventSource sends no header.</summary>
public sealed class StreamTicketTests : ConversationTest
{
    private const string Tickets = "/v1/conversation/streamTickets";

    private ConversationClient Nobody => new(App.Anonymous());

    [Fact]
    public async Task A_ticket_opens_its_users_streams_and_no_others()
    {
        var (open, hidden) = (await Alice.New(), await Alice.New(null, ("sessionType", 2)));
        await Alice.Publish(open, "alice", "1");
        var ticket = await TicketOf(Bob);

        using var reading = await EventReading.Open(Nobody.Http, open, $"?ticket={ticket}");

        Assert.Equal(1, (int)(await reading.Next())!["message"]!);
        (await Nobody.Get($"{hidden}/events?ticket={ticket}")).IsError(5, "SESSION_NOT_FOUND");
        using var owners = await EventReading.OpenQuiet(Nobody.Http, hidden, $"?ticket={await TicketOf(Alice)}");
    }

    [Fact]
    public async Task A_ticket_opens_its_users_inbox_for_a_page_of_another_origin()
    {
        await Alice.New("room", ("owners", new JsonArray("alice", "bob")));
        App.Clock.Advance(TimeSpan.FromSeconds(1));

        using var reading = await EventReading.OpenInbox(
            Nobody.Http, $"?ticket={await TicketOf(Bob)}", ("Origin", ConversationApp.PageOrigin));
        Assert.Equal("sessions/room", (string?)(await reading.Next())!["sessions"]![0]);
        await Alice.Publish("room", "alice", "1");

        Assert.Equal(1, (int)(await reading.Next())!["message"]!);
        Assert.Equal(ConversationApp.PageOrigin, reading.AllowedOrigin);
        (await Nobody.Get("/v1/conversation/events")).IsError(16, "CREDENTIALS_REQUIRED");
    }

    [Fact]
    public async Task A_ticket_is_good_for_a_minute_and_a_stream_outlives_it()
    {
        var id = await Alice.New();
        var ticket = await TicketOf(Bob);
        using var reading = await EventReading.OpenQuiet(Nobody.Http, id, $"?ticket={ticket}");

        App.Clock.Advance(TimeSpan.FromSeconds(60));

        (await Nobody.Get($"{id}/events?ticket={ticket}")).IsError(16, "TICKET_INVALID");
        await Alice.Publish(id, "alice", "1");
        Assert.NotNull(await reading.Next());
    }

    [Fact]
    public async Task A_ticket_does_nothing_but_open_streams()
    {
        var id = await Alice.New();
        var ticket = await TicketOf(Alice);

        (await Nobody.Get($"{id}?ticket={ticket}")).IsError(16, "CREDENTIALS_REQUIRED");
        (await Nobody.Get($"{id}/members?ticket={ticket}")).IsError(16, "CREDENTIALS_REQUIRED");
        (await Nobody.Post($"{Tickets}?ticket={ticket}", "")).IsError(16, "CREDENTIALS_REQUIRED");
        (await Nobody.Send(HttpMethod.Get, id, null, ("Authorization", $"Bearer {ticket}")))
            .IsError(16, "CREDENTIALS_INVALID");
    }

    [Theory]
    [InlineData("x")]
    [InlineData("AAAA")]
    [InlineData("%0A")]
    public async Task What_is_no_ticket_is_refused(string ticket) =>
        (await Nobody.Get($"{await Alice.New()}/events?ticket={ticket}")).IsError(16, "TICKET_INVALID");

    [Fact]
    public async Task A_ticket_that_was_changed_is_refused()
    {
        var id = await Alice.New();
        var ticket = await TicketOf(Bob);
        foreach (var at in (int[])[0, 20, 44, ticket.Length - 2])
        {
            var changed = $"{ticket[..at]}{(ticket[at] is 'A' ? 'B' : 'A')}{ticket[(at + 1)..]}";
            (await Nobody.Get($"{id}/events?ticket={changed}")).IsError(16, "TICKET_INVALID");
        }
    }

    [Fact]
    public async Task Another_accounts_ticket_sees_nothing()
    {
        var id = await Alice.New();
        var ticket = await TicketOf(App.Stranger());

        (await Nobody.Get($"{id}/events?ticket={ticket}")).IsError(5, "SESSION_NOT_FOUND");
    }

    private static async Task<string> TicketOf(ConversationClient user) =>
        (await user.Post(Tickets, "")).Is(HttpStatusCode.OK)["token"]!;
}
