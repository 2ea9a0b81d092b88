using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace MultiagentFT.Page.Tests;

/// <summary>How a page looks and whom it keeps out.</summary>
internal static class PageCheck
{
    /// <summary>Pictures go there when it is set.</summary>
    private static readonly string? Pictures = Environment.GetEnvironmentVariable("MFT_SCREENSHOTS");

    /// <summary>Light and dark, wide and on a phone: nothing that keeps people out, and nothing that is wider than the screen.</summary>
    public static async Task CheckAsync(IPage page, string name)
    {
        foreach (var scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
        {
            foreach (var width in (int[])[390, 1280])
            {
                await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
                await page.SetViewportSizeAsync(width, 844);
                Assert.Equal(width, await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
                if (Pictures is not null)
                    await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Pictures, $"{name}-{width}-{scheme}.png".ToLowerInvariant()), FullPage = true });
            }
            var found = (await page.RunAxe()).Violations.Where(violation => violation.Impact is "serious" or "critical" or "moderate");
            Assert.True(!found.Any(), string.Join("\n", found.Select(Describe)));
        }
    }

    private static string Describe(AxeResultItem violation) =>
        $"{violation.Impact}: {violation.Id}, {violation.Help}: {string.Join(" | ", violation.Nodes.Select(node => node.Html))}";
}
