namespace Sessions.TwilioProxy;

/// <summary>What a list is of.</summary>
/// <param name="Partition">Where the documents are.</param>
/// <param name="Kind">What they are.</param>
/// <param name="Status">Only those of this stored status; null for all.</param>
public sealed record ListSource(string Partition, string Kind, string? Status = null);

/// <summary>Where a page stands in its list.</summary>
/// <param name="Key">The name of the list in the envelope.</param>
/// <param name="Page">The page's number, from 0.</param>
/// <param name="PageSize">How many a page holds.</param>
/// <param name="Url">This page.</param>
/// <param name="FirstPageUrl">The first page.</param>
/// <param name="PreviousPageUrl">The page before, or null.</param>
/// <param name="NextPageUrl">The next page, or null.</param>
public sealed record ListMeta(
    string Key, int Page, int PageSize, string Url, string FirstPageUrl, string? PreviousPageUrl, string? NextPageUrl);
