using Microsoft.Extensions.Logging;

namespace MultiagentFT.Server;

/// <summary>Warnings and errors, a line each. The framework's own of lower levels are left out.</summary>
internal sealed class LineLogger(Action<string> write) : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel)) return;
        var message = formatter(state, exception);
        write(exception is null ? $"{logLevel}: {message}" : $"{logLevel}: {message}: {exception}");
    }

    public void Dispose()
    {
    }
}
