using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MultiagentFT.Page.Tests;

/// <summary>A page under watch: errors of its scripts, what its policy keeps away, and requests to other hosts fail the test at the end.</summary>
internal sealed class OpenPage : IAsyncDisposable
{
    private const float Patience = 20_000;

    private readonly List<string> _faults = [];

    private OpenPage(IPage page) => Page = page;

    public IPage Page { get; }

    /// <param name="mayFail">Whether answers may be errors, which the console tells.</param>
    public static async Task<OpenPage> OfAsync(IBrowserContext window, string address, bool mayFail)
    {
        var open = new OpenPage(await window.NewPageAsync());
        open.Page.SetDefaultTimeout(Patience);
        SetDefaultExpectTimeout(Patience);
        open.Page.PageError += (_, error) => open.Add($"script: {error}");
        open.Page.Console += (_, message) =>
        {
            if (message.Type == "error" && !(mayFail && message.Text.Contains("401", StringComparison.Ordinal))) open.Add($"console: {message.Text}");
        };
        open.Page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(address + "/", StringComparison.Ordinal)) open.Add($"request: {request.Url}");
        };
        return open;
    }

    public async ValueTask DisposeAsync()
    {
        await Page.CloseAsync();
        lock (_faults) Assert.Empty(_faults);
    }

    private void Add(string fault)
    {
        lock (_faults) _faults.Add(fault);
    }
}
