using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using MultiagentFT.Foundation;
using MultiagentFT.Serving;

namespace MultiagentFT.Chat;

/// <summary>A society by dependency injection.</summary>
public static class SocietyServices
{
    /// <summary>
    /// Adds one <see cref="ServedSociety"/>, an <see cref="IChatClient"/> that lets it debate, and one for each agent under the agent's name
    /// as key: <c>[FromKeyedServices("generator-1")] IChatClient</c>. The model is opened when the first of them is asked for, by whoever
    /// asks, and closed with the container (by <c>DisposeAsync</c>).
    /// </summary>
    /// <param name="folderOrModel">A run folder, or a GGUF file.</param>
    public static IServiceCollection AddMultiagentSociety(this IServiceCollection services, string folderOrModel) =>
        services.AddMultiagentSociety(_ => SocietyOptions.Of(folderOrModel));

    /// <inheritdoc cref="AddMultiagentSociety(IServiceCollection, string)"/>
    public static IServiceCollection AddMultiagentSociety(this IServiceCollection services, SocietyOptions options) =>
        services.AddMultiagentSociety(_ => options);

    /// <param name="options">Asked once, when the model is opened; may throw <see cref="InputException"/>.</param>
    /// <inheritdoc cref="AddMultiagentSociety(IServiceCollection, string)"/>
    public static IServiceCollection AddMultiagentSociety(this IServiceCollection services, Func<IServiceProvider, SocietyOptions> options)
    {
        services.AddSingleton(provider => ServedSociety.OpenAsync(options(provider)).GetAwaiter().GetResult());
        services.AddSingleton<IChatClient>(provider => new SocietyChatClient(provider.GetRequiredService<ServedSociety>()));
        services.AddKeyedSingleton<IChatClient>(
            KeyedService.AnyKey, (provider, agent) => new AgentChatClient(provider.GetRequiredService<ServedSociety>(), $"{agent}"));
        return services;
    }
}
