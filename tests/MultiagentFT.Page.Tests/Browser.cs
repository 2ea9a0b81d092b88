using Microsoft.Playwright;

namespace MultiagentFT.Page.Tests;

/// <summary>The system's Chromium, one for all tests.</summary>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string[] Programs = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Environment.GetEnvironmentVariable("MFT_CHROMIUM") ?? Programs.FirstOrDefault(File.Exists)
                ?? throw new InvalidOperationException("the tests of the page need Chromium: apt install chromium, or its path in MFT_CHROMIUM"),
            // Containers have no user namespaces for the sandbox; the pages are this repository's own.
            Args = ["--no-sandbox", "--disable-gpu"],
        });
    }

    /// <summary>A window of its own, which no other test's page shares anything with.</summary>
    public Task<IBrowserContext> OpenAsync(int width = 1280, ColorScheme scheme = ColorScheme.Light, bool hasScripts = true) => _browser!.NewContextAsync(new BrowserNewContextOptions
    {
        ViewportSize = new ViewportSize { Width = width, Height = 844 },
        ColorScheme = scheme,
        ReducedMotion = ReducedMotion.Reduce,
        JavaScriptEnabled = hasScripts,
    });

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
