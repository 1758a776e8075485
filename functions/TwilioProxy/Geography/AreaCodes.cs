using System.Collections.Frozen;

namespace Sessions.TwilioProxy;

/// <summary>
/// Which area codes of the North American Numbering Plan (calling code 1) lie over one another. Source:
/// nationalnanpa.com and cnac.ca, as of 2025. A code that is not listed has no overlay.
/// </summary>
internal static class AreaCodes
{
    // One complex of codes over one area each. A code that serves two areas, such as 917, is in two of them.
    private const string Overlays = """
        201 551|202 771|203 475|205 659|208 986|209 350|210 726|212 332 646 917|718 347 917 929
        213 323 738|214 469 945 972|215 267 445|217 447|220 740|223 717|224 847|227 240 301|234 330|235 573|248 947
        256 938|270 364|272 570|274 920|279 916|281 346 621 713 832|283 513|303 720 983|304 681|305 645 786
        309 861|310 424|312 872|773 872|313 679|314 557|315 680|317 463|321 407 689|324 904|326 937|327 870
        329 845|331 630|336 743|339 781|341 510|351 978|353 608|360 564|363 516|369 707|380 614|385 801|402 531
        404 470 678 943|770 470 678 943|405 572|408 669|410 443 667|412 878|724 878|415 628|419 567|430 903
        436 440|442 760|448 850|458 541|464 708|471 662|472 910|480 602 623|484 610 835|503 971|507 924|508 774
        512 737|518 838|530 837|534 715|539 918|540 826|561 728|565 912|571 703|582 814|601 769|609 640|615 629
        617 857|618 730|619 858|624 716|631 934|656 813|657 714|682 817|686 804|702 725|704 980|706 762|732 848
        747 818|748 970|754 954|757 948|779 815|803 839|805 820|812 930|821 864|840 909|843 854|860 959|862 973
        919 984
        204 431 584|226 382 519 548|236 257 604 672 778|236 250 257 672 778|249 683 705|263 438 514|289 365 742 905
        306 474 639|343 613 753|354 450 579|367 418 581|368 403 587 825|368 587 780 825|416 437 647 942|428 506
        468 819 873|709 879|782 902
        658 876|787 939|809 829 849
        """;

    private static readonly FrozenDictionary<string, FrozenSet<string>> _overlays = Rows(Overlays)
        .SelectMany(row => row.Select(code => (Code: code, Complex: row)))
        .GroupBy(entry => entry.Code, entry => entry.Complex)
        .ToFrozenDictionary(group => group.Key, group => group.SelectMany(codes => codes).ToFrozenSet());

    /// <summary>Whether both codes serve one area; a code always overlays itself.</summary>
    public static bool Overlay(string one, string other) =>
        one == other || (_overlays.TryGetValue(one, out var complex) && complex.Contains(other));

    private static IEnumerable<string[]> Rows(string table) =>
        table.Split(['|', '\n'], StringSplitOptions.TrimEntries).Select(row => row.Split(' '));
}
