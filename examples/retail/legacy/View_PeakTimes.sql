/* reconcile:
  model: peak_times
  values: { Channel: { Online: online, InStore: in_store } }
*/
-- Transactions by channel, weekday and hour. Right but for one thing: pending and failed orders are counted.
CREATE VIEW View_PeakTimes AS
SELECT
    'Online' AS Channel,
    DATENAME(WEEKDAY, [DateTime]) AS DayOfWeek,
    DATEPART(HOUR, [DateTime]) AS HourOfDay,
    COUNT(*) AS TransactionCount
FROM dbo.OnlineTransactions
GROUP BY DATENAME(WEEKDAY, [DateTime]), DATEPART(HOUR, [DateTime])
UNION ALL
SELECT
    'InStore' AS Channel,
    DATENAME(WEEKDAY, [DateTime]) AS DayOfWeek,
    DATEPART(HOUR, [DateTime]) AS HourOfDay,
    COUNT(*) AS TransactionCount
FROM dbo.InStoreTransactions
GROUP BY DATENAME(WEEKDAY, [DateTime]), DATEPART(HOUR, [DateTime]);
