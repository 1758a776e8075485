using System.Net;
using Microsoft.AspNetCore.Http;
using Sessions.Outbox;

namespace Sessions.Tests.Outbox;

public sealed class TargetTests
{
    private readonly TargetPolicy _cloud = new(new());
    private readonly TargetPolicy _local = new(new() { AllowLocal = true });

    [Theory]
    [InlineData("http://example.com/")]
    [InlineData("ftp://example.com/")]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://10.1.2.3/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::ffff:10.0.0.1]/")]
    [InlineData("https://2130706433/")]
    public void A_target_that_is_no_https_or_names_a_private_address_is_refused(string target) =>
        Assert.False(_cloud.Allows(new Uri(target)));

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("10.0.0.1")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("100.64.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("168.63.129.16")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("fe80::1")]
    [InlineData("fc00::1")]
    [InlineData("fd12:3456::1")]
    [InlineData("ff02::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2001:db8::1")]
    public void An_address_that_is_not_public_is_refused(string address) =>
        Assert.False(_cloud.Allows(IPAddress.Parse(address)));

    [Theory]
    [InlineData("https://example.com/hook?x=1")]
    [InlineData("https://93.184.215.14/")]
    [InlineData("https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]:8443/")]
    [InlineData("https://172.32.0.1/")]
    public void A_public_https_target_is_allowed(string target) => Assert.True(_cloud.Allows(new Uri(target)));

    [Fact]
    public void The_local_host_allows_this_machine_and_http_but_no_private_network()
    {
        Assert.True(_local.Allows(new Uri("http://127.0.0.1:8080/")));
        Assert.True(_local.Allows(new Uri("http://[::1]:8080/")));
        Assert.True(_local.Allows(new Uri("http://localhost:8080/")));
        Assert.False(_local.Allows(new Uri("http://10.0.0.1/")));
        Assert.False(_local.Allows(new Uri("ftp://localhost/")));
    }

    [Fact]
    public async Task A_name_that_leads_to_this_machine_is_seen_when_it_is_connected_to_and_given_up()
    {
        await using var house = await OutboxHouse.Start(new() { AllowLocal = false });
        var port = new Uri(house.Sink.Url).Port;
        await house.Commit(house.Event(target: $"https://localhost:{port}/"));

        await house.App.DeliverDue();

        Assert.Equal(0, house.Sink.Count);
        Assert.Equal("failed", Assert.Single(await house.Stored()).Index);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_but_counts_as_a_refusal()
    {
        await using var house = await OutboxHouse.Start();
        house.Sink.Answer = context =>
        {
            context.Response.Headers.Location = $"{house.Sink.Url}/elsewhere";
            return Task.FromResult(StatusCodes.Status307TemporaryRedirect);
        };
        await house.Commit(house.Event());

        await house.App.DeliverDue();

        Assert.Equal(1, house.Sink.Count);
        Assert.Equal(house.App.Clock.Now.AddSeconds(5), Assert.Single(await house.Stored()).DueAt);
    }

    [Fact]
    public async Task A_target_that_nobody_serves_is_tried_again()
    {
        await using var house = await OutboxHouse.Start();
        await using var gone = await Support.WebhookSink.Start();
        var url = gone.Url;
        await gone.DisposeAsync();
        await house.Commit(house.Event(target: url));

        await house.App.DeliverDue();

        Assert.Equal(house.App.Clock.Now.AddSeconds(5), Assert.Single(await house.Stored()).DueAt);
    }
}
